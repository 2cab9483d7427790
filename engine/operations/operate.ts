/** What a person may do to a run (engine.md section 6), and when it is refused (F8, F9, U5, U7, U9). */
import type { Draft } from "../draft";
import { assertNever } from "../json";
import type { Refusal } from "../run/command";
import type { Operation } from "../run/event";
import type { Who } from "../signals";
import { complete, fail, retry, skip } from "./forward";
import { cancel, pause, resume, startAgain, terminate } from "./run";
import { refuse } from "./stuck";
import { compensate, markCompensated, retryCompensation } from "./unwind";

/** Records what the operation does and answers null, or records nothing and says why it is refused. */
export function operate(draft: Draft, operation: Operation, who: Who): Refusal | null {
  if (operation.seq !== undefined && operation.seq !== draft.state.seq) {
    return refuse("stale_plan", `The run has moved on to decision ${draft.state.seq}; look at the plan again`);
  }
  switch (operation.operation) {
    case "retry":
      return retry(draft, operation, who);
    case "skip":
      return skip(draft, operation, who);
    case "complete":
      return complete(draft, operation, who);
    case "fail":
      return fail(draft, operation, who);
    case "compensate":
      return compensate(draft, operation);
    case "retryCompensation":
      return retryCompensation(draft, operation);
    case "markCompensated":
      return markCompensated(draft, operation);
    case "pause":
      return pause(draft);
    case "resume":
      return resume(draft);
    case "cancel":
      return cancel(draft);
    case "terminate":
      return terminate(draft);
    case "startAgain":
      return startAgain(draft);
    case "note":
      return null;
    default:
      return assertNever(operation.operation);
  }
}
