/** The unwind: how it begins, in which order undos run, and how it ends (engine.md section 5). */
import { defaultUndoInput, renderFor, renderPath, undoContextOf } from "./context";
import type { Draft } from "./draft";
import type { Json } from "./json";
import { endsUnknown, leavesUnknown, nextAttemptAt } from "./retry";
import { isPivotUndecided, isResidue, isUndoBegun, isUndoOwed, isUndoSettled } from "./rules";
import type { Failure } from "./run/event";
import { isEnded, isInDoubt, type Rollback, type RunCause, type StepError, type StepState } from "./run/state";

/** Reasons that the unwind answers by itself. */
const answered = new Set(["step_held", "unknown_outcome", "deadline_passed"]);

/**
 * Begins the unwind, or asks for it while a pivot is in flight or unknown (U5). From here on no forward command is sent (U1): a
 * step between two attempts has failed, one with an open attempt settles by its reply or its time-out.
 */
export function beginUnwind(draft: Draft, cause: RunCause, step?: string, error?: StepError): void {
  const { state, saga } = draft;
  if (!isEnded(state) && isPivotUndecided(saga, state)) {
    if (state.unwind === null) draft.record({ type: "UnwindRequested", cause });
    return;
  }
  const redo = isEnded(state) ? state.steps.filter((s) => s.status === "compensation_failed").map((s) => s.id) : [];
  draft.record({
    type: "UnwindStarted",
    cause,
    ...(redo.length > 0 ? { redo } : {}),
    ...(step === undefined ? {} : { step }),
    ...(error ? { error } : {}),
  });
  for (const a of draft.state.attention.filter((a) => answered.has(a.reason))) {
    draft.record({ type: "AttentionCleared", reason: a.reason, step: a.step });
  }
  for (const s of draft.state.steps) {
    if (s.status !== "executing" || s.action.open) continue;
    draft.record({
      type: "StepFailed",
      step: s.id,
      attempt: s.action.attempt,
      error: s.action.error ?? { code: "stopped", message: "The run began to unwind before the next attempt" },
      effect: isInDoubt(s.action) ? "unknown" : "none",
      handling: "compensate",
      unsettled: s.action.inDoubt === true,
    });
  }
}

/** Starts every undo whose turn it is, and ends the run when none is left (U3, U4). */
export function goBack(draft: Draft): void {
  for (let next = turns(draft); next.length > 0 && !draft.state.paused; next = turns(draft)) {
    for (const index of next) startUndo(draft, index, {});
  }
  if (isUnwound(draft)) draft.record({ type: "RunFailed", ...endOf(draft) });
}

/** The steps whose undo may start now. */
function turns(draft: Draft): readonly number[] {
  return draft.saga.undoOrder === "sequence" ? sequenceTurn(draft) : graphTurns(draft);
}

/** Graph order: an undo starts when every step downstream is settled and, if owed, undone. Branches go side by side. */
function graphTurns(draft: Draft): readonly number[] {
  const { saga, state } = draft;
  const blocked = new Uint8Array(saga.steps.length);
  const next: number[] = [];
  for (let k = saga.order.length - 1; k >= 0; k--) {
    const index = saga.order[k] as number;
    const spec = draft.spec(index);
    const s = draft.step(index);
    const held = spec.outgoing.some((edge) => blocked[saga.edges[edge]?.to ?? 0] === 1);
    const owed = isUndoOwed(spec, s);
    if (!held && owed && !isUndoBegun(s) && s.status !== "executing") next.push(index);
    if (held || s.status === "executing" || (owed && !isUndoSettled(state.steps[index] ?? s))) blocked[index] = 1;
  }
  return next;
}

/** Sequence order: when all in flight has settled, one at a time, last settled first. */
function sequenceTurn(draft: Draft): readonly number[] {
  const { steps } = draft.state;
  const busy = (i: number) => {
    const s = draft.step(i);
    return s.status === "executing" || (isUndoBegun(s) && !isUndoSettled(s));
  };
  let last = -1;
  for (let i = 0; i < steps.length; i++) {
    if (busy(i)) return [];
    const s = draft.step(i);
    if (!isUndoOwed(draft.spec(i), s) || isUndoBegun(s)) continue;
    if (last < 0 || (s.settledOrder ?? 0) > (draft.step(last).settledOrder ?? 0)) last = i;
  }
  return last < 0 ? [] : [last];
}

/** `anew`: the action is known to have done more than the last undo was told, so the input is made once more. */
export type UndoOptions = { readonly generation?: number; readonly input?: Json; readonly anew?: true };

/** Sends the first attempt of an undo's generation; an input that cannot be made is a failed undo (F1). */
export function startUndo(draft: Draft, index: number, options: UndoOptions): void {
  const s = draft.step(index);
  const { compensation } = draft.spec(index);
  if (compensation === null) return;
  const order = s.undoOrder ?? draft.state.undosBegun + 1;
  const generation = options.generation ?? nextGeneration(s);
  const context = compensation.input || compensation.http ? undoContextOf(draft.saga, draft.state, s) : null;
  const path = renderPath(compensation.http, context);
  if (!path.ok) return undoFailed(draft, index, { kind: "terminal", error: path.error });
  let input = options.input ?? (options.anew ? undefined : s.undo.input);
  if (input === undefined && s.undo.input !== undefined && !compensation.input)
    input = defaultUndoInput(draft.state, s);
  if (input === undefined && compensation.input && context) {
    const rendered = renderFor(compensation.input, context);
    if (!rendered.ok) return undoFailed(draft, index, { kind: "terminal", error: rendered.error });
    input = rendered.value;
  }
  draft.record({
    type: "CompensationStarted",
    step: s.id,
    attempt: generation === s.undo.generation ? s.undo.attempt + 1 : 1,
    generation,
    timeoutAt: draft.at + compensation.timeout,
    order,
    ...(generation === s.undo.generation && s.undo.attempt > 0 ? { fresh: true as const } : {}),
    ...(input !== undefined && input !== s.undo.input ? { input } : {}),
    ...(path.value === undefined ? {} : { path: path.value }),
  });
}

/** An undo that is known to have failed is done anew under a new key; an unknown one keeps its key (F4). */
function nextGeneration(s: StepState): number {
  return s.undo.attempt > 0 && s.undo.unsettled.length === 0 ? s.undo.generation + 1 : s.undo.generation;
}

/** Sends the next attempt of an undo under the same key. */
export function retryUndo(draft: Draft, index: number, fresh: boolean): void {
  const s = draft.step(index);
  draft.record({
    type: "CompensationStarted",
    step: s.id,
    attempt: s.undo.attempt + 1,
    generation: s.undo.generation,
    timeoutAt: draft.at + (draft.spec(index).compensation?.timeout ?? 0),
    order: s.undoOrder ?? draft.state.undosBegun + 1,
    ...(fresh ? { fresh: true as const } : {}),
  });
}

/** An attempt of the undo ended without success: try again, patiently, or hold it for a person (U4). */
export function undoAttemptFailed(draft: Draft, index: number, outcome: Failure): void {
  const s = draft.step(index);
  const policy = draft.spec(index).compensation?.retry;
  if (outcome.kind !== "terminal" && policy) {
    const retry = { run: draft.state.id, step: s.id, half: "compensation", state: s.undo } as const;
    const retryAt = nextAttemptAt(policy, retry, draft.at, outcome.retryAfterMs);
    if (retryAt !== null) {
      const unsettled = outcome.kind === "unknown";
      return draft.record({
        type: "CompensationRetryScheduled",
        step: s.id,
        attempt: s.undo.attempt,
        error: outcome.error,
        retryAt,
        unsettled,
        ...(!unsettled && leavesUnknown(outcome) ? { inDoubt: true as const } : {}),
      });
    }
  }
  undoFailed(draft, index, outcome);
}

export function undoFailed(draft: Draft, index: number, outcome: Failure): void {
  const s = draft.step(index);
  const handling = draft.spec(index).onCompensationFailure;
  const unsettled = endsUnknown(s.undo, outcome);
  draft.record({
    type: "CompensationFailed",
    step: s.id,
    attempt: s.undo.attempt,
    error: outcome.error,
    handling,
    unsettled,
  });
  if (handling === "hold") draft.record({ type: "AttentionRaised", reason: "compensation_failed", step: s.id });
}

export function undoCompleted(draft: Draft, index: number, result: Json, evidence?: string): void {
  const s = draft.step(index);
  draft.record({
    type: "CompensationCompleted",
    step: s.id,
    attempt: s.undo.attempt,
    result,
    ...(evidence === undefined ? {} : { evidence }),
  });
  clearAttention(draft, s.id);
}

/** Clears what a person was asked to do about a step. */
export function clearAttention(draft: Draft, step: string): void {
  for (const a of draft.state.attention.filter((a) => a.step === step)) {
    draft.record({ type: "AttentionCleared", reason: a.reason, step });
  }
}

function isUnwound(draft: Draft): boolean {
  return draft.state.steps.every(
    (s, i) => s.status !== "executing" && (!isUndoOwed(draft.spec(i), s) || isUndoSettled(s)),
  );
}

/** How an unwind ended, said honestly: `clean` only if every undo that was owed is done (F2). */
export function endOf(draft: Draft): { readonly rollback: Rollback; readonly residue: readonly string[] } {
  const steps = draft.state.steps.map((s, i) => ({ s, spec: draft.spec(i) }));
  const residue = steps.filter(({ s, spec }) => isResidue(spec, s)).map(({ s }) => s.id);
  const late = new Set(draft.state.attention.flatMap((a) => (a.reason === "late_effect" ? [a.step] : [])));
  const missing = steps.some(
    ({ s, spec }) =>
      late.has(s.id) ||
      (isUndoOwed(spec, s) && s.status !== "compensated") ||
      (s.effect === "unknown" && spec.compensateSelf === "never" && isResidue(spec, s)),
  );
  if (missing) return { rollback: "incomplete", residue };
  return { rollback: steps.some(({ s }) => s.status === "compensated") ? "clean" : "nothing_to_undo", residue };
}
