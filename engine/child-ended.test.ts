/** What a child's end means to the step that began it (engine.md U8). */
import { describe, expect, it } from "vitest";
import { replyOfChild } from "./child-ended";
import type { ChildEnded } from "./run/command";

const error = { code: "no", message: "No" };
const end: ChildEnded = {
  step: "pay",
  half: "action",
  generation: 1,
  state: "completed",
  rollback: null,
  result: { saga_id: "child" },
  error: null,
  residue: [],
};
const outcomeOf = (ended: Partial<ChildEnded>) => replyOfChild({ ...end, ...ended }, { at: 0 }).outcome;

describe("a child's end", () => {
  it("is its result when it completed, a failure when it ended clean, and unknown when it ended incomplete", () => {
    expect(outcomeOf({})).toEqual({ kind: "success", result: { saga_id: "child" } });
    expect(outcomeOf({ state: "failed", rollback: "clean", error })).toEqual({ kind: "terminal", error });
    expect(outcomeOf({ state: "failed", rollback: "nothing_to_undo" })).toMatchObject({
      kind: "terminal",
      error: { code: "child_failed" },
    });
    expect(outcomeOf({ state: "failed", rollback: "incomplete", error })).toEqual({
      kind: "unknown",
      error: { code: "child_incomplete", message: "The child run left something undone: No" },
    });
  });

  it("answers the undo that was asked for only when nothing is left of it", () => {
    const half = "compensation";
    expect(outcomeOf({ half, state: "failed", rollback: "clean" })).toEqual({ kind: "success", result: null });
    const incomplete = { kind: "terminal", error: { code: "child_incomplete" } };
    expect(outcomeOf({ half, state: "failed", rollback: "incomplete" })).toMatchObject(incomplete);
    expect(outcomeOf({ half })).toMatchObject(incomplete);
  });
});
