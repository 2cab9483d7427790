/** Forward: which steps start, what their outcome means, and where the run goes next (engine.md section 4). */
import { isAskedAbout, isTriedAgain, type SendOptions, sendAction } from "./attempts";
import { contextOf } from "./context";
import type { Draft, Place } from "./draft";
import { type Edges, edgesTaken } from "./edges";
import { itemsEnd, itemsFailed, resultsOf } from "./items";
import type { Json } from "./json";
import { limits } from "./limits";
import { doubtsOf, endsUnknown } from "./retry";
import { isPastPivot, isSettled, pivotsOf, stepsBeforePivot } from "./rules";
import type { Failure } from "./run/event";
import type { Effect, StepError } from "./run/state";
import type { Transition } from "./run/transition";
import { beginningOf } from "./steps";
import { beginUnwind, endRun } from "./unwind";

/**
 * Starts and skips whatever is ready, and completes the run when everything is settled (F1). Only steps that this
 * decision touched can have become ready, so a decision costs what it does and not what the saga is long.
 */
export function goForward(draft: Draft): void {
  for (let seen = 0; seen < draft.transitions.length; ) {
    for (; seen < draft.transitions.length; seen++) {
      for (const index of touchedBy(draft, draft.transitions[seen] as Transition)) {
        visit(draft, index);
        if (draft.isUnwinding) return;
      }
    }
    for (const index of pivotsOf(draft.saga)) {
      visit(draft, index);
      if (draft.isUnwinding) return;
    }
  }
  // From the back: while the run goes forward, the last step listed is seldom settled.
  if (draft.state.steps.findLast((s) => !isSettled(s)) === undefined) endRun(draft, { type: "RunCompleted" });
}

/** The steps that a transition may have made ready: those behind edges it passed, or all when sending begins (again). */
function touchedBy(draft: Draft, t: Transition): readonly number[] {
  switch (t.type) {
    case "RunStarted":
    case "RunReopened":
    case "RunResumed":
    case "UnwindWithdrawn":
      return draft.saga.order;
    case "ItemsListed":
      return [draft.saga.indexOf.get(t.step) ?? -1];
    case "CompensationCompleted":
      return t.item === undefined ? [] : [draft.saga.indexOf.get(t.step) ?? -1];
    case "StepCompleted":
    case "StepFailed":
    case "StepSkipped":
      return t.item === undefined ? successorsOf(draft, t.step) : [draft.saga.indexOf.get(t.step) ?? -1];
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

function visit(draft: Draft, index: number): void {
  const s = draft.step(index);
  const spec = draft.spec(index);
  if (s.items !== null && s.status === "executing") return goOnWithItems(draft, index);
  if (s.status !== "pending" || s.settledIn < spec.incoming.length) return;
  if (spec.incoming.length > 0 && s.takenIn === 0) {
    draft.record({ type: "StepSkipped", step: s.id, by: "dead_path" });
  } else if (maySend(draft) && (spec.class !== "pivot" || isPivotFree(draft, index))) {
    startStep(draft, index, {});
  }
}

/** Nothing is sent while the run is paused, or while a stop waits for the pivot (U5, U9). */
function maySend(draft: Draft): boolean {
  return !draft.state.paused && draft.state.unwind === null;
}

/** A pivot starts only when every step not downstream of it has settled (U5). */
function isPivotFree(draft: Draft, pivot: number): boolean {
  return stepsBeforePivot(draft.saga, pivot).every((index) => isSettled(draft.step(index)));
}

/** Begins a step, as its kind says; one that cannot begin has failed. */
export function startStep(draft: Draft, index: number, options: SendOptions): void {
  const s = draft.step(index);
  const place = { index, item: null };
  const generation = options.generation ?? s.action.generation;
  const context = () => contextOf(draft.saga, draft.state);
  const begun = beginningOf(draft.spec(index), { at: draft.at, context, signals: draft.state.signals });
  switch (begun.type) {
    case "calls": {
      const error = sendAction(draft, place, options);
      return error ? cannotBegin(draft, place, error) : undefined;
    }
    case "done":
      return completeStep(draft, place, begun.result, begun.signal === undefined ? {} : { signal: begun.signal });
    case "waits":
      return draft.record({ type: "StepWaits", step: s.id, generation, dueAt: begun.dueAt });
    case "items":
      return draft.record({ type: "ItemsListed", step: s.id, generation, items: begun.items });
    case "child":
      return startChildRun(draft, index, { generation, input: options.input ?? s.action.input ?? begun.input });
    case "failed":
      return cannotBegin(draft, place, begun.error);
  }
}

function cannotBegin(draft: Draft, place: Place, error: StepError): void {
  failStep(draft, place, { kind: "terminal", error });
}

function startChildRun(draft: Draft, index: number, { generation, input }: { generation: number; input: Json }): void {
  const s = draft.step(index);
  const depth = (draft.state.parent?.depth ?? 0) + 1;
  if (depth > limits.childDepth) {
    const message = `This would be saga number ${depth} below the first; at most ${limits.childDepth} may be`;
    return cannotBegin(draft, { index, item: null }, { code: "too_deep", message });
  }
  draft.record({
    type: "StepStarted",
    step: s.id,
    attempt: generation === s.action.generation ? s.action.attempt + 1 : 1,
    generation,
    timeoutAt: null,
    ...(input === s.action.input ? {} : { input }),
  });
}

/** An attempt of the action ended without success: try again, ask what it did, or fail the step (F3, F11). */
export function attemptFailed(draft: Draft, place: Place, outcome: Failure): void {
  if (isTriedAgain(draft, place, outcome) || isAskedAbout(draft, place, outcome)) return;
  failStep(draft, place, outcome);
}

/** The step has failed for good. Its policy, and the pivot, say what becomes of the run (F12, U5). */
export function failStep(draft: Draft, place: Place, outcome: Failure): void {
  const { action } = draft.work(place);
  const effect = endsUnknown(action, outcome) ? "unknown" : "none";
  const failed = {
    type: "StepFailed",
    ...draft.named(place),
    attempt: action.attempt,
    error: outcome.error,
    effect,
    ...doubtsOf(action, outcome),
  } as const;
  if (place.item !== null) return failItem(draft, place, failed);
  failWhole(draft, place.index, failed, handlingOf(draft, place.index, effect));
}

/** What fails of a list, its step answers for. A reaction that repeats answers each time for itself. */
function failItem(draft: Draft, place: Place, failed: Failed): void {
  const isHeld = draft.saga.choreography !== null && !draft.isUnwinding;
  draft.record({ ...failed, handling: isHeld ? "hold" : "compensate" });
  if (isHeld) draft.record({ type: "AttentionRaised", reason: "step_held", ...draft.named(place) });
}

type Failed = Omit<Extract<Transition, { type: "StepFailed" }>, "handling">;

function failWhole(draft: Draft, index: number, failed: Failed, handling: "compensate" | "hold" | "continue"): void {
  const { error, effect } = failed;
  const step = draft.spec(index).id;
  if (handling === "continue") {
    const edges = edgesTaken(draft, index, { id: step, status: "failed", result: null, error });
    if (!edges.ok) return edgesFailed(draft, index, { ...failed, handling: "hold" }, edges.error);
    draft.record({ ...failed, handling, ...edges.taken });
    if (effect === "unknown") draft.record({ type: "AttentionRaised", reason: "unknown_outcome", step });
    return;
  }
  draft.record({ ...failed, handling });
  if (draft.isUnwinding) return;
  if (handling === "hold") return hold(draft, index);
  beginUnwind(draft, draft.state.unwind?.cause ?? "step_failed", { step, error });
}

/** A person is asked once, also when one item of several that failed was repaired and the step is held anew. */
function hold(draft: Draft, index: number): void {
  const reason = heldReason(draft, index);
  const step = draft.spec(index).id;
  if (draft.state.attention.some((a) => a.reason === reason && a.step === step)) return;
  draft.record({ type: "AttentionRaised", reason, step });
}

/** Why a held step needs a person: of an unknown pivot they must find out first (U5). */
export function heldReason(draft: Draft, index: number): "pivot_unknown" | "step_held" {
  return draft.spec(index).class === "pivot" && draft.step(index).effect === "unknown" ? "pivot_unknown" : "step_held";
}

/** What follows a failure: the step's own policy, unless a pivot forbids the unwind (U5). */
function handlingOf(draft: Draft, index: number, effect: Effect): "compensate" | "hold" | "continue" {
  const spec = draft.spec(index);
  if (draft.isUnwinding) return "compensate";
  if (spec.class === "pivot" && effect === "unknown") return "hold";
  if (draft.state.unwind?.phase === "requested") return "compensate";
  if (spec.onFailure === "compensate" && isPastPivot(draft.saga, draft.state)) return "hold";
  return spec.onFailure;
}

export type Completion = {
  readonly by?: "operator" | "late_reply" | "probe";
  readonly signal?: string;
  readonly person?: string | null;
};

/** The action is done: record it, and take its edges unless the run unwinds. */
export function completeStep(draft: Draft, place: Place, result: Json, more: Completion = {}): void {
  const { action } = draft.work(place);
  // The results of items are in the log already: the step's own is put together from them.
  const logged = place.item === null && draft.step(place.index).items && !more.by ? null : result;
  const named = draft.named(place);
  const completed = { type: "StepCompleted", ...named, attempt: action.attempt, result: logged, ...more } as const;
  if (place.item !== null) return draft.record(completed);
  if (draft.isUnwinding) return draft.record({ ...completed, taken: null });
  const { index } = place;
  const edges = edgesAfter(draft, index, result);
  if (edges.ok) return draft.record({ ...completed, ...edges.taken });
  if (draft.spec(index).kind === "decision") return cannotBegin(draft, place, edges.error);
  edgesFailed(draft, index, { ...completed, taken: null }, edges.error);
}

function edgesAfter(draft: Draft, index: number, result: Json): Edges {
  return edgesTaken(draft, index, { id: draft.spec(index).id, status: "completed", result, error: null });
}

/** An edge that cannot be evaluated fails the run, but the step stays as it is; after the pivot a person must help (F1). */
function edgesFailed(draft: Draft, index: number, outcome: Transition, error: StepError): void {
  const step = draft.spec(index).id;
  draft.record(outcome);
  draft.record({ type: "EdgesFailed", step, error });
  if (isPastPivot(draft.saga, draft.state)) draft.record({ type: "AttentionRaised", reason: "step_held", step });
  else beginUnwind(draft, "step_failed", { step, error });
}

// ------------------------------------------------------------------- forEach

/** Starts the items whose turn it is, or settles the step when none is under way any more (F7). */
function goOnWithItems(draft: Draft, index: number): void {
  for (;;) {
    const next = nextItem(draft, index);
    if (next === null) break;
    const place = { index, item: next };
    const error = sendAction(draft, place, {});
    if (error) cannotBegin(draft, place, error);
  }
  settleItems(draft, index);
}

/** No further item starts once one has failed. */
function nextItem(draft: Draft, index: number): number | null {
  const spec = draft.spec(index);
  const items = draft.step(index).items ?? [];
  if (spec.kind !== "forEach" || !maySend(draft) || items.some((i) => i.status === "failed")) return null;
  if (items.filter((i) => i.status === "executing").length >= spec.concurrency) return null;
  const next = items.findIndex((i) => i.status === "pending");
  return next < 0 ? null : next;
}

/** A forEach whose items are all at rest has completed, or failed with the first item that did. */
function settleItems(draft: Draft, index: number): void {
  const s = draft.step(index);
  const end = s.status === "executing" ? itemsEnd(s) : null;
  if (end === null || end === "unfinished") return;
  if (end === "completed") return completeStep(draft, { index, item: null }, resultsOf(s));
  const effect = s.effect === "unknown" ? "unknown" : "none";
  failWhole(draft, index, itemsFailed(s, end), handlingOf(draft, index, effect));
}
