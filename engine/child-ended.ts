/** What the end of a child run means to the step that began it (engine.md U8). */
import type { ChildEnded } from "./run/command";
import type { Outcome, RunEvent } from "./run/event";
import type { StepError } from "./run/state";

/** How a child run ended, as the reply of its step. `id`: of the message, where one that changes nothing is to leave a trace. */
export function replyOfChild(
  ended: ChildEnded,
  { at, id }: { readonly at: number; readonly id?: string },
): Extract<RunEvent, { type: "ReplyReceived" }> {
  const { step, half, generation, residue, persons } = ended;
  const outcome = half === "action" ? actionOutcome(ended) : undoOutcome(ended);
  return {
    type: "ReplyReceived",
    at,
    ...(id === undefined ? {} : { id }),
    step,
    half,
    generation,
    outcome,
    residue,
    ...(persons === undefined ? {} : { persons }),
  };
}

/** Ended clean, it did nothing that lasts; ended incomplete, nobody can say what is left of it. */
function actionOutcome({ state, rollback, result, error }: ChildEnded): Outcome {
  if (state === "completed") return { kind: "success", result };
  if (rollback !== "incomplete")
    return { kind: "terminal", error: error ?? childError("child_failed", "The child run was undone") };
  const why = error ? `: ${error.message}` : "";
  return { kind: "unknown", error: childError("child_incomplete", `The child run left something undone${why}`) };
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
