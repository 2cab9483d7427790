import { describe, expect, test } from "vitest";
import type { RunSummary } from "@/contract/runs";
import { settle } from "./settled-rows";

const row = (id: string, seq = 1) => ({ id, seq }) as RunSummary;
const list = (...ids: string[]) => ids.map((id) => row(id));
const shown = ({ rows, waiting }: ReturnType<typeof settle>) => [rows.map((run) => run.id).join(""), waiting];

describe("settle", () => {
  test("what is there when the list opens is shown", () => {
    expect(shown(settle(list("c", "b", "a"), []))).toEqual(["cba", 0]);
  });

  test("a new run above the shown ones waits", () => {
    expect(shown(settle(list("d", "c", "b"), list("c", "b")))).toEqual(["cb", 1]);
  });

  test("a run that came to match in the middle waits too", () => {
    expect(shown(settle(list("d", "c", "b"), list("d", "b")))).toEqual(["db", 1]);
  });

  test("the next page joins by itself", () => {
    expect(shown(settle(list("e", "d", "c", "b", "a"), list("d", "c")))).toEqual(["dcba", 1]);
  });

  test("a row that no longer matches keeps its place", () => {
    expect(shown(settle(list("c", "a"), list("c", "b", "a")))).toEqual(["cba", 0]);
  });

  test("when none of the shown rows is left, what is new waits", () => {
    expect(shown(settle(list("e", "d"), list("b", "a")))).toEqual(["ba", 2]);
  });

  test("a row shows its newest state", () => {
    expect(settle([row("a", 7)], [row("a", 1)]).rows[0]?.seq).toBe(7);
  });

  test("nothing changes when nothing came", () => {
    const before = list("b", "a");
    expect(settle(before, before).rows).toBe(before);
    expect(settle([], before).rows).toBe(before);
  });
});
