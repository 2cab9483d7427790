import { type Attention, type RunState, type StepError, stepOf } from "./run/state";

const ofUndo: ReadonlySet<Attention["reason"]> = new Set(["compensation_failed", "missing_compensation"]);
/** They ask for a person, and nothing failed. */
const ofNoFailure: ReadonlySet<Attention["reason"]> = new Set(["late_effect", "unwind_stopped"]);

/**
 * Why a step, or item, asks for a person: the error of its action or of its undo. Where the whole step is meant, of the
 * first of its items that has one.
 */
export function errorBehind(state: RunState, { reason, step, item }: Attention): StepError | null {
  const s = step === null || ofNoFailure.has(reason) ? undefined : stepOf(state, step);
  if (!s) return null;
  const half = ofUndo.has(reason) ? "undo" : "action";
  const works = item === undefined ? [s, ...(s.items ?? [])] : [s.items?.[item] ?? s];
  return works.map((work) => work[half].error).find((error) => error !== null) ?? null;
}
