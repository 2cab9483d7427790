import { describe, expect, test } from "vitest";
import { compile } from "@/engine/definition/compile";
import { plan } from "@/engine/plan";
import { diffJson } from "./json-diff";
import { blankForm, inputBefore, toRequest } from "./operation-form";
import { byStep, countUndos, undoCommand } from "./planned-undos";
import { declines, starts, succeeds, tell } from "./testing";

describe("compensate down to a step, with undos left out", () => {
  const form = { ...blankForm("compensate", null), reason: "Sold out", downTo: "a" };

  test("every undo that is left out needs a reason, which the plan does not wait for", () => {
    const silent = toRequest({ ...form, leaveOut: [{ step: "b", reason: " " }] });
    expect(silent.errors).toEqual({ leaveOut: expect.stringContaining("why") });
    expect(silent.request).toMatchObject({ downTo: "a", leaveOut: [{ step: "b", reason: "to be given" }] });
  });

  test("with the reasons it is the request", () => {
    expect(toRequest({ ...form, leaveOut: [{ step: "b", reason: " It is used " }] }, 4)).toEqual({
      request: {
        operation: "compensate",
        reason: "Sold out",
        downTo: "a",
        leaveOut: [{ step: "b", reason: "It is used" }],
        seq: 4,
      },
      errors: {},
    });
  });
});

test("an operation on one item names it, and start again takes edited data", () => {
  const retry = { ...blankForm("retry", "seats", 2), reason: "r" };
  expect(toRequest(retry).request).toEqual({ operation: "retry", step: "seats", item: 2, reason: "r" });
  const again = { ...blankForm("startAgain", null), reason: "r", input: '{"n":2}' };
  expect(toRequest(again).request).toEqual({ operation: "startAgain", input: { n: 2 }, reason: "r" });
});

describe("with a list of seats", () => {
  const saga = compile(
    {
      saga: "Trip",
      undoOrder: "sequence",
      steps: [
        {
          id: "seats",
          kind: "forEach",
          items: "${data.seats}",
          as: "seat",
          concurrency: 3,
          action: { command: "Seats.Book", input: { seat: "${seat}" } },
          compensation: "Seats.Free",
          onFailure: "hold",
        },
      ],
    },
    1,
  );
  const booked = [starts({ seats: ["1A", "1B", "1C"] }), succeeds("seats", 0), succeeds("seats", 2)] as const;
  const { state } = tell(saga, ...booked, declines("seats", 1));

  test("an edit begins from what that item was sent, and all of them together have no one input", () => {
    expect(inputBefore(saga, state, { operation: "retry", step: "seats", item: 1 })).toEqual({ seat: "1B" });
    expect(inputBefore(saga, state, { operation: "retry", step: "seats" })).toBeUndefined();
    expect(inputBefore(saga, state, { operation: "startAgain" })).toEqual({ seats: ["1A", "1B", "1C"] });
  });

  test("a plan's undos of one step are one line, from the first turn to the last", () => {
    const planned = plan(saga, state, { operation: "compensate", reason: "r" }, state.updatedAt);
    if ("refused" in planned) throw new Error(planned.refused.detail);
    expect(byStep([...planned.undos])).toMatchObject([{ step: "seats", first: 1, last: 2, optional: true }]);
    expect(countUndos([...planned.undos])).toEqual({ steps: 1, items: 2 });
  });
});

test("the undo of a saga step is the word to its run", () => {
  expect(undoCommand({ service: "saga", command: "Refund" })).toBe("Unwind of its run of Refund");
  expect(undoCommand({ service: "Bank", command: "Refund" })).toBe("Bank.Refund");
});

describe("the difference between two values", () => {
  test("is told place by place", () => {
    const before = { n: 1, same: [1], items: [{ price: 2 }, { price: 3 }], gone: true };
    const after = { n: 2, same: [1], items: [{ price: 5 }], more: "x" };
    expect(diffJson(before, after)).toEqual([
      { path: "n", before: 1, after: 2 },
      { path: "items › 0 › price", before: 2, after: 5 },
      { path: "items › 1", before: { price: 3 }, after: undefined },
      { path: "gone", before: true, after: undefined },
      { path: "more", before: undefined, after: "x" },
    ]);
  });

  test("is the whole where they have nothing in common", () => {
    expect(diffJson({ a: 1 }, [1])).toEqual([{ path: "", before: { a: 1 }, after: [1] }]);
    expect(diffJson(undefined, 1)).toEqual([{ path: "", before: undefined, after: 1 }]);
    expect(diffJson({ a: 1 }, { a: 1 })).toEqual([]);
  });
});
