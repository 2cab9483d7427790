import { formatDuration } from "@/components/ui/format";
import type { StepClass } from "@/engine/definition/saga";
import { isUndoBegun } from "@/engine/rules";
import type { HalfState, StepState } from "@/engine/run/state";
import { stepKinds } from "@/engine/steps";
import { joined } from "./about-step";
import { awaitedDelivery, countedTries } from "./awaited-delivery";
import type { CanvasStep } from "./canvas-model";
import { toItemsFace } from "./items-face";
import { liveWords } from "./live-words";
import type { UndoProgress } from "./owed-undos";
import { type StateLook, stateLooks, stepStatusLooks, waitingLook } from "./status";

/** How a step's undo half stands; `none`: the step has no undo; `left`: a person left it out of the unwind, and why. */
export type UndoFace =
  | { readonly kind: "none"; readonly text: string; readonly warn: boolean }
  | { readonly kind: "left"; readonly text: string; readonly why: string }
  | { readonly kind: "idle"; readonly text: string }
  | {
      readonly kind: "begun";
      readonly text: string;
      readonly look: StateLook;
      readonly order: number | null;
      readonly word: string | null;
      /** The same for a screen reader. */
      readonly said: string;
    };

export type StepFace = {
  /** The state of the action half: an undone step's action stays completed or failed. */
  readonly look: StateLook | null;
  /** The state that colours the left edge and the far view. */
  readonly edge: StateLook | null;
  /** What it waits for, asks, sets or goes through; in a run, what goes on. */
  readonly about: string | null;
  /** How many of a forEach's items are done. */
  readonly count: { readonly done: number; readonly total: number } | null;
  readonly tries: string | null;
  readonly duration: string | null;
  readonly undo: UndoFace;
  readonly label: string;
};

/** What a step's card says: one reading for eyes and for screen readers. `state` null: the definition alone. */
export function toStepFace(step: CanvasStep, state: StepState | null, progress: UndoProgress | null): StepFace {
  const undo = toUndoFace(step, state);
  const about = (state && liveWords(step, state)) || joined(step.about.words, step.about.time) || null;
  if (!state) {
    const label = listed(step.title, ...kindWords(step), about, undoWords(step, undo, null, null));
    return { look: null, edge: null, about, count: null, tries: null, duration: null, undo, label };
  }
  const look = actionLook(state);
  const count = state.items && toItemsFace(step, state.items);
  const tries = toTries(state.action, step.attempts, state.status === "failed");
  return {
    look,
    edge: state.waiting ? waitingLook : stepStatusLooks[state.status],
    about,
    count,
    tries,
    duration: toDuration(state.action),
    undo,
    label: listed(
      step.title,
      look.word.toLowerCase(),
      ...kindWords(step),
      count && `${count.done} of ${count.total} done`,
      about,
      tries && `attempt ${tries}`,
      undoWords(step, undo, state, progress),
    ),
  };
}

/** The action's own outcome, also while and after it is undone. */
function actionLook(state: StepState): StateLook {
  if (state.waiting) return waitingLook;
  if (!isUndoBegun(state)) return stepStatusLooks[state.status];
  if (state.action.error === null || state.effect === "happened") return stateLooks.completed;
  return stateLooks.failed;
}

/** The kinds that do something, and so have a second half: what undoes it, or that nothing does. */
export const hasUndoHalf = ({ kind }: CanvasStep): boolean =>
  kind === "reaction" || stepKinds[kind].defaultClass !== "readonly";

function noUndoWords(step: CanvasStep): string {
  if (step.kind === "saga") return "never unwound";
  return step.class === "readonly" ? "nothing to undo" : "no compensation";
}

function toUndoFace(step: CanvasStep, state: StepState | null): UndoFace {
  if (step.undo === null) {
    return {
      kind: "none",
      text: noUndoWords(step),
      warn: hasUndoHalf(step) && (step.class === "compensable" || !step.classSaid),
    };
  }
  const text = step.undo;
  if (!state) return { kind: "idle", text };
  if (!isUndoBegun(state))
    return state.leftOut === null
      ? { kind: "idle", text }
      : { kind: "left", text: "undo left out", why: state.leftOut };
  const begun = { kind: "begun", text, look: stepStatusLooks[state.status], order: state.undoOrder } as const;
  if (state.status === "compensation_failed") return { ...begun, word: "Undo failed", said: "undo failed" };
  const undone = state.items && undoneWords(step, state.items);
  if (state.status === "compensated") return { ...begun, word: undone, said: undone ?? "undo done" };
  const { word, said } = undone === null ? undoingWords(step, state) : { word: undone, said: `undoing, ${undone}` };
  return { ...begun, look: stateLooks.compensating, order: null, word, said };
}

/** The undos of many have no number of their own: they are counted. */
function undoneWords(step: CanvasStep, items: NonNullable<StepState["items"]>): string {
  const { undone, owed } = toItemsFace(step, items);
  return `${undone} of ${owed} undone`;
}

function undoingWords(step: CanvasStep, state: StepState): { readonly word: string; readonly said: string } {
  if (state.undo.open?.accepted && step.undoneBy === "command") {
    const reply = step.events?.undoExpects.join(" or ") || "its reply";
    return { word: step.events ? "Waits" : "Waits for its reply", said: `undoing, waits for ${reply}` };
  }
  const carrier = awaitedDelivery(state.undo);
  if (carrier !== null) return { word: `Waits for ${carrier}`, said: `undoing, waits for ${carrier}` };
  const tries = toTries(state.undo, step.undoAttempts, false);
  return tries === null ? { word: "Undoing", said: "undoing" } : { word: tries, said: `undoing, attempt ${tries}` };
}

/** "2 of 3", once more than one attempt was made or the only one failed. `most` null: there is nothing to try again. */
function toTries(half: HalfState, most: number | null, failed: boolean): string | null {
  const tries = countedTries(half);
  if (most === null || tries < 1 || awaitedDelivery(half) !== null) return null;
  if (tries === 1 && !failed && half.retryAt === null) return null;
  return `${tries} of ${Math.max(most, tries)}`;
}

const toDuration = (half: HalfState) =>
  half.startedAt === null || half.endedAt === null ? null : formatDuration(half.endedAt - half.startedAt);

const listed = (...words: readonly (string | false | null)[]) => words.filter(Boolean).join(", ");

/** An action goes without saying; so does the class that most steps of a kind have. */
function kindWords({ kind, class: stepClass, about, events }: CanvasStep): readonly (string | null)[] {
  if (kind === "reaction")
    return [`reacts to ${events?.on.join(" or ") || "nothing yet"}`, classWord(stepClass, "irreversible")];
  const { title, defaultClass } = stepKinds[kind];
  if (kind === "action") return [stepClass === "compensable" ? null : stepClass];
  return [joined(title.toLowerCase(), kind === "saga" && about.command), classWord(stepClass, defaultClass)];
}

const classWord = (stepClass: StepClass, usual: StepClass | null) =>
  stepClass === "compensable" || stepClass === usual ? null : stepClass;

const onWords = ({ events }: CanvasStep) => (events ? ` on ${events.undoOn.join(" or ")}` : "");

/** Before a run: what undoes the step. In a run: nothing, until its undo begins or is left out. */
function undoWords(
  step: CanvasStep,
  undo: UndoFace,
  state: StepState | null,
  progress: UndoProgress | null,
): string | null {
  if (!state)
    return hasUndoHalf(step) ? (undo.kind === "none" ? undo.text : `undo ${undo.text}${onWords(step)}`) : null;
  if (undo.kind === "left") return undo.text;
  if (undo.kind !== "begun") return null;
  const numbered = undo.word === null && undo.order !== null && progress;
  return numbered ? `undo ${undo.order} of ${progress.total} done` : undo.said;
}
