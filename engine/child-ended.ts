/** What the end of a child run means to the step that began it (engine.md U8). */
import type { ChildEnded } from "./run/command";
import type { Outcome, RunEvent } from "./run/event";
import type { StepError } from "./run/state";

/** `id`: of the message, so that one that changes nothing leaves a trace. */
export function replyOfChild(
  ended: ChildEnded,
  { id, at }: { readonly id: string; readonly at: number },
): Extract<RunEvent, { type: "ReplyReceived" }> {
  const { step, half, generation, residue } = ended;
  const outcome = half === "action" ? actionOutcome(ended) : undoOutcome(ended);
  return { type: "ReplyReceived", at, id, step, half, generation, outcome, residue };
}

/** Ended clean, it did nothing that lasts; ended incomplete, nobody can say what is left of it. */
function actionOutcome({ state, rollback, result, error }: ChildEnded): Outcome {
  if (state === "completed") return { kind: "success", result };
  const why = error ?? childError("child_failed", "The child run was undone");
  return rollback === "incomplete" ? { kind: "unknown", error: why } : { kind: "terminal", error: why };
}

/** Being asked again, the child tries its failed undos anew: that is another undo, so this one has failed for good. */
function undoOutcome({ state, rollback }: ChildEnded): Outcome {
  if (state === "failed" && rollback !== "incomplete") return { kind: "success", result: null };
  const message = "The child run could not undo everything; what is missing is said there";
  return { kind: "terminal", error: childError("child_incomplete", message) };
}

function childError(code: string, message: string): StepError {
  return { code, message };
}
