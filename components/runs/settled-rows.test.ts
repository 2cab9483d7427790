import { describe, expect, test } from "vitest";
import type { RunSummary } from "@/contract/runs";
import { settle } from "./settled-rows";

const row = (id: string) => ({ id }) as RunSummary;
const list = (...ids: string[]) => ids.map(row);
const ids = (rows: readonly RunSummary[]) => rows.map((run) => run.id);

describe("settle", () => {
  test("what is there when the list opens is shown", () => {
    const { rows, waiting } = settle(list("c", "b", "a"), new Set());
    expect(ids(rows)).toEqual(["c", "b", "a"]);
    expect(waiting).toBe(0);
  });

  test("a new run above the shown ones waits", () => {
    const { rows, waiting } = settle(list("d", "c", "b"), new Set(["c", "b"]));
    expect(ids(rows)).toEqual(["c", "b"]);
    expect(waiting).toBe(1);
  });

  test("a run that came to match in the middle waits too", () => {
    const { rows, waiting } = settle(list("d", "c", "b"), new Set(["d", "b"]));
    expect(ids(rows)).toEqual(["d", "b"]);
    expect(waiting).toBe(1);
  });

  test("the next page settles by itself", () => {
    const { rows, settled } = settle(list("d", "c", "b", "a"), new Set(["d", "c"]));
    expect(ids(rows)).toEqual(["d", "c", "b", "a"]);
    expect(settled.has("a")).toBe(true);
  });

  test("nothing changes the memory when nothing came", () => {
    const settled = new Set(["b", "a"]);
    expect(settle(list("b", "a"), settled).settled).toBe(settled);
    expect(settle([], settled).settled).toBe(settled);
  });
});
