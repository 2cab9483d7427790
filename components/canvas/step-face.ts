import { formatDuration } from "@/components/ui/format";
import type { HalfState, StepState } from "@/engine/run/state";
import type { CanvasStep } from "./canvas-model";
import type { UndoProgress } from "./owed-undos";
import { type StateLook, stateLooks, stepStatusLooks } from "./status";

/** How a step's undo half stands; `none`: the step has no undo. */
export type UndoFace =
  | { readonly kind: "none"; readonly text: string; readonly warn: boolean }
  | { readonly kind: "idle"; readonly text: string }
  | {
      readonly kind: "begun";
      readonly text: string;
      readonly look: StateLook;
      readonly order: number | null;
      readonly word: string | null;
    };

export type StepFace = {
  /** The state of the action half: an undone step's action stays completed or failed. */
  readonly look: StateLook | null;
  /** The state that colours the left edge and the far view. */
  readonly edge: StateLook | null;
  readonly tries: string | null;
  readonly duration: string | null;
  readonly undo: UndoFace;
  readonly label: string;
};

/** What a step's card says: one reading for eyes and for screen readers. `state` null: the definition alone. */
export function toStepFace(step: CanvasStep, state: StepState | null, progress: UndoProgress | null): StepFace {
  const undo = toUndoFace(step, state);
  if (!state) return { look: null, edge: null, tries: null, duration: null, undo, label: firstWords(step, null, undo) };
  const look = actionLook(state);
  const tries = toTries(state.action, step.attempts, state.status === "failed");
  return {
    look,
    edge: stepStatusLooks[state.status],
    tries,
    duration: toDuration(state.action),
    undo,
    label: [firstWords(step, look.word, undo), tries && `attempt ${tries}`, undoWords(undo, progress)]
      .filter(Boolean)
      .join(", "),
  };
}

/** The action's own outcome, also while and after it is undone. */
function actionLook(state: StepState): StateLook {
  if (state.undoOrder === null) return stepStatusLooks[state.status];
  if (state.action.error === null || state.effect === "happened") return stateLooks.completed;
  return stateLooks.failed;
}

function toUndoFace(step: CanvasStep, state: StepState | null): UndoFace {
  if (step.undo === null) {
    const text = step.class === "readonly" ? "nothing to undo" : "no compensation";
    return { kind: "none", text, warn: step.class === "compensable" || !step.classSaid };
  }
  if (!state || (state.undoOrder === null && !state.status.startsWith("compensat")))
    return { kind: "idle", text: step.undo };
  const look = stepStatusLooks[state.status];
  const text = step.undo;
  if (state.status === "compensated") return { kind: "begun", text, look, order: state.undoOrder, word: null };
  if (state.status === "compensation_failed")
    return { kind: "begun", text, look, order: state.undoOrder, word: "Undo failed" };
  const word = toTries(state.undo, step.undoAttempts, false) ?? "Undoing";
  return { kind: "begun", text, look: stateLooks.compensating, order: null, word };
}

/** "2 of 3", once more than one attempt was made or the only one failed. */
function toTries(half: HalfState, most: number, failed: boolean): string | null {
  if (half.attempt < 1 || (half.attempt === 1 && !failed && half.retryAt === null)) return null;
  return `${half.attempt} of ${Math.max(most, half.attempt)}`;
}

const toDuration = (half: HalfState) =>
  half.startedAt === null || half.endedAt === null ? null : formatDuration(half.endedAt - half.startedAt);

const firstWords = (step: CanvasStep, word: string | null, undo: UndoFace) =>
  [
    step.title,
    word?.toLowerCase(),
    step.class !== "compensable" && step.class,
    word === null && (undo.kind === "none" ? undo.text : `undo ${undo.text}`),
  ]
    .filter(Boolean)
    .join(", ");

function undoWords(undo: UndoFace, progress: UndoProgress | null): string | null {
  if (undo.kind !== "begun") return null;
  if (undo.word === "Undo failed") return "undo failed";
  if (undo.word !== null) return undo.word === "Undoing" ? "undoing" : `undoing, attempt ${undo.word}`;
  return progress && undo.order !== null ? `undo ${undo.order} of ${progress.total} done` : "undo done";
}
