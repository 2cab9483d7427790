import { describe, expect, it } from "vitest";
import { decide } from "./decide";
import { limits } from "./limits";
import type { Operation, RunEvent } from "./run/event";
import type { RunState } from "./run/state";
import { sequence } from "./testing/sagas";
import { requested, specification, startOfTime, succeeded } from "./testing/specification";

/** A run at its second step whose log is about to be full. */
const nearlyFull: RunState = {
  ...specification(sequence).given(requested(), succeeded("a")).state(),
  seq: limits.decisions,
};

function following(...events: readonly RunEvent[]) {
  let state: RunState = nearlyFull;
  let commands: readonly { readonly type: string; readonly command?: string }[] = [];
  let refused: string | undefined;
  for (const event of events) {
    const decision = decide(sequence, state, event);
    state = decision.state as RunState;
    commands = decision.commands;
    refused = decision.refused?.code;
  }
  return { state, commands, refused };
}

const at = startOfTime + 1;
const done: RunEvent = {
  ...{ type: "ReplyReceived", at, step: "b", half: "action" },
  outcome: { kind: "success", result: 1 },
};
const asked = (operation: Operation["operation"]): RunEvent => ({
  ...{ type: "OperationRequested", at, id: operation, actor: "grace" },
  operation: { operation, reason: "because" },
});

describe("a run whose log is full", () => {
  it("keeps what arrives, calls nobody any more, and asks for a person", () => {
    const { state, commands } = following(done);
    expect(state).toMatchObject({ paused: true, attention: [{ reason: "log_full" }] });
    expect(state.steps[1]).toMatchObject({ status: "completed", result: 1 });
    expect(commands).toEqual([]);
  });

  it("is not resumed to go forward", () => {
    expect(following(done, asked("resume"))).toMatchObject({ refused: "log_full", commands: [] });
  });

  it("is undone by a person, after a look", () => {
    const { state, commands } = following(done, asked("compensate"), asked("resume"));
    expect(state.state).toBe("compensating");
    expect(commands).toMatchObject([{ command: "UndoB" }]);
  });

  it("asks for nobody any more once it has ended", () => {
    const undone = (step: string): RunEvent => ({
      ...{ type: "ReplyReceived", at, step, half: "compensation" },
      outcome: { kind: "success", result: null },
    });
    const { state } = following(done, asked("compensate"), asked("resume"), undone("b"), undone("a"));
    expect(state).toMatchObject({ state: "failed", rollback: "clean", attention: [] });
  });

  it("is terminated", () => {
    expect(following(done, asked("terminate")).state).toMatchObject({ state: "failed", rollback: "incomplete" });
  });
});
