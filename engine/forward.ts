/** Forward: which steps start, what their outcome means, and where the run goes next (engine.md section 4). */
import { contextOf, expressionError, renderFor, renderPath, type StepAhead } from "./context";
import type { Draft } from "./draft";
import { evaluate } from "./expression/expression";
import type { Json } from "./json";
import { endsUnknown, leavesUnknown, nextAttemptAt } from "./retry";
import { isPastPivot, isSettled, pivotsOf } from "./rules";
import type { Failure } from "./run/event";
import { type Effect, isInDoubt, type RunCause, type StepError, type StepState } from "./run/state";
import type { Transition } from "./run/transition";

/** What a rule may ask of the unwind, handed in because the two halves call each other. */
export type BeginUnwind = (draft: Draft, cause: RunCause, step?: string, error?: StepError) => void;

/**
 * Starts and skips whatever is ready, and completes the run when everything is settled (F1). Only steps that this
 * decision touched can have become ready, so a decision costs what it does and not what the saga is long.
 */
export function goForward(draft: Draft, beginUnwind: BeginUnwind): void {
  for (let seen = 0; seen < draft.transitions.length; ) {
    for (; seen < draft.transitions.length; seen++) {
      for (const index of touchedBy(draft, draft.transitions[seen] as Transition)) {
        visit(draft, index, beginUnwind);
        if (draft.state.unwind?.phase === "running") return;
      }
    }
    for (const index of pivotsOf(draft.saga)) {
      visit(draft, index, beginUnwind);
      if (draft.state.unwind?.phase === "running") return;
    }
  }
  // From the back: while the run goes forward, the last step listed is seldom settled.
  if (draft.state.steps.findLast((s) => !isSettled(s)) === undefined) draft.record({ type: "RunCompleted" });
}

/** The steps that a transition may have made ready: those behind edges it passed, or all when sending begins (again). */
function touchedBy(draft: Draft, t: Transition): readonly number[] {
  switch (t.type) {
    case "RunStarted":
    case "RunReopened":
    case "RunResumed":
    case "UnwindWithdrawn":
      return draft.saga.order;
    case "StepCompleted":
    case "StepFailed":
    case "StepSkipped":
    case "EdgesPassed":
      return successorsOf(draft, t.step);
    default:
      return [];
  }
}

function successorsOf(draft: Draft, step: string): readonly number[] {
  const index = draft.saga.indexOf.get(step) ?? -1;
  if (!draft.step(index).passed) return [];
  return draft.spec(index).outgoing.flatMap((edge) => draft.saga.edges[edge]?.to ?? []);
}

function visit(draft: Draft, index: number, beginUnwind: BeginUnwind): void {
  const s = draft.step(index);
  const spec = draft.spec(index);
  if (s.status !== "pending" || s.settledIn < spec.incoming.length) return;
  if (spec.incoming.length > 0 && s.takenIn === 0) {
    draft.record({ type: "StepSkipped", step: s.id, by: "dead_path" });
  } else if (maySend(draft) && (spec.class !== "pivot" || isPivotFree(draft, index))) {
    startStep(draft, index, {}, beginUnwind);
  }
}

/** Nothing is sent while the run is paused, or while a stop waits for the pivot (U5, U9). */
function maySend(draft: Draft): boolean {
  return !draft.state.paused && draft.state.unwind === null;
}

/** A pivot starts only when every step not downstream of it has settled (U5). */
function isPivotFree(draft: Draft, pivot: number): boolean {
  const after = draft.saga.downstream[pivot];
  return draft.state.steps.every((s, i) => i === pivot || after?.has(i) || isSettled(s));
}

/** Sends the first attempt of a step's action, or fails the step when its input cannot be made. */
export function startStep(
  draft: Draft,
  index: number,
  options: { readonly generation?: number; readonly input?: Json },
  beginUnwind: BeginUnwind,
): void {
  const s = draft.step(index);
  const { action } = draft.spec(index);
  const context = action.input || action.http ? contextOf(draft.saga, draft.state) : null;
  const path = renderPath(action.http, context);
  if (!path.ok) return failStep(draft, index, { kind: "terminal", error: path.error }, beginUnwind);
  let input = options.input ?? s.action.input;
  if (input === undefined && action.input && context) {
    const rendered = renderFor(action.input, context);
    if (!rendered.ok) return failStep(draft, index, { kind: "terminal", error: rendered.error }, beginUnwind);
    input = rendered.value;
  }
  const generation = options.generation ?? s.action.generation;
  draft.record({
    type: "StepStarted",
    step: s.id,
    attempt: generation === s.action.generation ? s.action.attempt + 1 : 1,
    generation,
    timeoutAt: draft.at + action.timeout,
    ...(input !== undefined && input !== s.action.input ? { input } : {}),
    ...(path.value === undefined ? {} : { path: path.value }),
  });
}

/** Sends the next attempt under the same key. `fresh`: a person asked, and the policy counts anew. */
export function retryStep(draft: Draft, index: number, fresh: boolean): void {
  const s = draft.step(index);
  draft.record({
    type: "StepStarted",
    step: s.id,
    attempt: s.action.attempt + 1,
    generation: s.action.generation,
    timeoutAt: draft.at + draft.spec(index).action.timeout,
    ...(fresh ? { fresh: true as const } : {}),
  });
}

/** An attempt of the action ended without success: try again, or fail the step (F3). */
export function attemptFailed(draft: Draft, index: number, outcome: Failure, beginUnwind: BeginUnwind): void {
  const s = draft.step(index);
  if (outcome.kind !== "terminal" && !isStopping(draft, s, outcome)) {
    const retry = { run: draft.state.id, step: s.id, half: "action", state: s.action } as const;
    const retryAt = nextAttemptAt(draft.spec(index).action.retry, retry, draft.at, outcome.retryAfterMs);
    if (retryAt !== null) {
      const unsettled = outcome.kind === "unknown";
      return draft.record({
        type: "StepRetryScheduled",
        step: s.id,
        attempt: s.action.attempt,
        error: outcome.error,
        retryAt,
        unsettled,
        ...(!unsettled && leavesUnknown(outcome) ? { inDoubt: true as const } : {}),
      });
    }
  }
  failStep(draft, index, outcome, beginUnwind);
}

/** No retry in an unwind (U1), nor while a stop waits for a pivot that is known not to have happened (U5). */
function isStopping(draft: Draft, s: StepState, outcome: Failure): boolean {
  if (draft.state.unwind?.phase !== "requested") return draft.state.unwind !== null;
  return !leavesUnknown(outcome) && !isInDoubt(s.action);
}

/** The step has failed for good. Its policy, and the pivot, say what becomes of the run (F12, U5). */
export function failStep(draft: Draft, index: number, outcome: Failure, beginUnwind: BeginUnwind): void {
  const s = draft.step(index);
  const unsettled = endsUnknown(s.action, outcome);
  const effect = unsettled || s.action.unsettled.length > 0 ? "unknown" : "none";
  const handling = handlingOf(draft, index, effect);
  const failed = {
    type: "StepFailed",
    step: s.id,
    attempt: s.action.attempt,
    error: outcome.error,
    effect,
    handling,
    unsettled,
  } as const;
  if (handling === "continue") {
    const edges = edgesTaken(draft, index, { id: s.id, status: "failed", result: null, error: outcome.error });
    if (!edges.ok) return edgesFailed(draft, index, { ...failed, handling: "hold" }, edges.error, beginUnwind);
    draft.record({ ...failed, ...edges.taken });
    if (effect === "unknown") draft.record({ type: "AttentionRaised", reason: "unknown_outcome", step: s.id });
    return;
  }
  draft.record(failed);
  followFailure(draft, index, handling, outcome.error, beginUnwind);
}

/** After a step failed: hold it for a person, or begin the unwind. */
export function followFailure(
  draft: Draft,
  index: number,
  handling: "compensate" | "hold",
  error: StepError,
  beginUnwind: BeginUnwind,
): void {
  const s = draft.step(index);
  if (draft.state.unwind?.phase === "running") return;
  if (handling === "hold") {
    return draft.record({ type: "AttentionRaised", reason: heldReason(draft, index), step: s.id });
  }
  beginUnwind(draft, draft.state.unwind?.cause ?? "step_failed", s.id, error);
}

/** Why a held step needs a person: of an unknown pivot they must find out first (U5). */
export function heldReason(draft: Draft, index: number): "pivot_unknown" | "step_held" {
  return draft.spec(index).class === "pivot" && draft.step(index).effect === "unknown" ? "pivot_unknown" : "step_held";
}

/** What follows a failure: the step's own policy, unless a pivot forbids the unwind (U5). */
export function handlingOf(draft: Draft, index: number, effect: Effect): "compensate" | "hold" | "continue" {
  const spec = draft.spec(index);
  if (draft.state.unwind?.phase === "running") return "compensate";
  if (spec.class === "pivot" && effect === "unknown") return "hold";
  if (draft.state.unwind?.phase === "requested") return "compensate";
  if (spec.onFailure === "compensate" && isPastPivot(draft.saga, draft.state)) return "hold";
  return spec.onFailure;
}

/** The action is done: record it, and take its edges unless the run unwinds. */
export function completeStep(
  draft: Draft,
  index: number,
  result: Json,
  by: "operator" | "late_reply" | undefined,
  beginUnwind: BeginUnwind,
): void {
  const s = draft.step(index);
  const completed = {
    type: "StepCompleted",
    step: s.id,
    attempt: s.action.attempt,
    result,
    ...(by ? { by } : {}),
  } as const;
  if (draft.state.unwind?.phase === "running") return draft.record({ ...completed, taken: null });
  const edges = edgesTaken(draft, index, { id: s.id, status: "completed", result, error: null });
  if (!edges.ok) return edgesFailed(draft, index, { ...completed, taken: null }, edges.error, beginUnwind);
  draft.record({ ...completed, ...edges.taken });
}

/** An edge that cannot be evaluated fails the run, but the step stays as it is; after the pivot a person must help (F1). */
function edgesFailed(
  draft: Draft,
  index: number,
  outcome: Parameters<Draft["record"]>[0],
  error: StepError,
  beginUnwind: BeginUnwind,
): void {
  const { id } = draft.step(index);
  draft.record(outcome);
  draft.record({ type: "EdgesFailed", step: id, error });
  if (isPastPivot(draft.saga, draft.state)) draft.record({ type: "AttentionRaised", reason: "step_held", step: id });
  else beginUnwind(draft, "step_failed", id, error);
}

type Edges =
  | { readonly ok: true; readonly taken: { readonly taken?: readonly string[] } }
  | { readonly ok: false; readonly error: StepError };

/** Which of a step's edges are taken. `taken` is left out when all are, so that the log stays short. */
export function edgesTaken(draft: Draft, index: number, ahead: StepAhead): Edges {
  const out = draft.spec(index).outgoing.map((edge) => draft.saga.edges[edge]);
  if (out.every((edge) => !edge?.when)) return { ok: true, taken: {} };
  const context = contextOf(draft.saga, draft.state, ahead);
  const taken: string[] = [];
  for (const edge of out) {
    if (!edge) continue;
    const to = draft.spec(edge.to).id;
    if (edge.when) {
      const holds = evaluate(edge.when, context);
      if (!holds.ok) return { ok: false, error: expressionError(`Condition to ${to}: ${holds.problem.message}`) };
      if (typeof holds.value !== "boolean") {
        return {
          ok: false,
          error: expressionError(`Condition to ${to} gave ${JSON.stringify(holds.value)}, expected true or false`),
        };
      }
      if (!holds.value) continue;
    }
    taken.push(to);
  }
  return { ok: true, taken: taken.length === out.length ? {} : { taken } };
}
