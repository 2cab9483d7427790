import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ApiError } from "@/components/api/fetcher";
import type { Draft } from "@/contract/sagas";
import type { Snapshot } from "../document/code";
import { order } from "../testing";
import { createAutosave } from "./autosave";

const shot = (title: string): Snapshot => ({ document: { ...order, title }, source: null, broken: null });
const draft = (revision: number) => ({ revision, updatedAt: "2026-01-01T00:00:00Z" }) as Draft;
const refusal = (status: number) =>
  new ApiError({ type: "about:blank", title: "No", code: "no", detail: "No.", status });

function setUp(answers: (revision: number) => Promise<Draft>) {
  const sent: string[] = [];
  const autosave = createAutosave(draft(1), shot("first"), {
    save: (snapshot, revision) => {
      sent.push(`${snapshot.document.title} over ${revision}`);
      return answers(revision);
    },
    load: async () => draft(9),
    onSaved: () => undefined,
  });
  return { autosave, sent };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("waits for a pause, then saves the last once", async () => {
  const { autosave, sent } = setUp(async (revision) => draft(revision + 1));
  autosave.changed(shot("a"));
  await vi.advanceTimersByTimeAsync(500);
  autosave.changed(shot("b"));
  expect(autosave.read().status).toBe("waiting");
  await vi.advanceTimersByTimeAsync(1_000);
  expect(sent).toEqual(["b over 1"]);
  expect(autosave.read().status).toBe("saved");
});

test("what changed while a save was on its way follows it, over its revision", async () => {
  const { autosave, sent } = setUp(
    (revision) => new Promise((resolve) => setTimeout(() => resolve(draft(revision + 1)), 2_000)),
  );
  autosave.changed(shot("a"));
  await vi.advanceTimersByTimeAsync(1_000);
  autosave.changed(shot("b"));
  await vi.advanceTimersByTimeAsync(6_000);
  expect(sent).toEqual(["a over 1", "b over 2"]);
  expect(autosave.read().status).toBe("saved");
});

test("an unreachable server is asked again", async () => {
  let down = true;
  const { autosave } = setUp(async (revision) => {
    if (down) throw refusal(0);
    return draft(revision + 1);
  });
  autosave.changed(shot("a"));
  await vi.advanceTimersByTimeAsync(1_000);
  expect(autosave.read()).toEqual({ status: "failed", message: "No." });
  down = false;
  await vi.advanceTimersByTimeAsync(5_000);
  expect(autosave.read().status).toBe("saved");
});

test("somebody else's save stops saving until a person chooses", async () => {
  const { autosave, sent } = setUp(async (revision) => {
    if (revision === 1) throw refusal(412);
    return draft(revision + 1);
  });
  autosave.changed(shot("mine"));
  await vi.advanceTimersByTimeAsync(1_000);
  expect(autosave.read()).toEqual({ status: "conflict", theirs: draft(9) });
  autosave.changed(shot("mine too"));
  await vi.advanceTimersByTimeAsync(5_000);
  expect(sent).toEqual(["mine over 1"]);
  autosave.rebase(draft(9), null);
  await vi.advanceTimersByTimeAsync(0);
  expect(sent).toEqual(["mine over 1", "mine too over 9"]);
  expect(autosave.read().status).toBe("saved");
});

test("code that cannot be read is not saved", async () => {
  const { autosave, sent } = setUp(async (revision) => draft(revision + 1));
  autosave.changed({ ...shot("a"), broken: [] });
  await vi.advanceTimersByTimeAsync(5_000);
  expect(autosave.read().status).toBe("unreadable");
  expect(sent).toEqual([]);
});
