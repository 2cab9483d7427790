/** Operations that take a run forward: retry, skip, complete, fail (F8, F9, U7). */
import { retryAction, sendAction } from "../attempts";
import type { Draft, Place } from "../draft";
import { edgesTaken } from "../edges";
import { completeStep, failStep, heldReason, startStep } from "../forward";
import { resultsOf } from "../items";
import type { Json } from "../json";
import { knownNotHappened } from "../replies";
import { isUndoBegun } from "../rules";
import type { Refusal } from "../run/command";
import type { Operation } from "../run/event";
import { isEnded, isInDoubt, type StepError, type StepState, unitsOf, type WorkState } from "../run/state";
import { fourEyes, type Who } from "../signals";
import { clearAttention } from "../undo";
import { namedPlaces, namedStep, refuse, type Stuck } from "./stuck";

export function retry(draft: Draft, operation: Operation, who: Who): Refusal | null {
  const found = stuckStep(draft, operation, { who, reopening: true });
  if ("refusal" in found) return found.refusal;
  const { index } = found;
  if (draft.state.paused) return refuse("paused", "The run is paused; resume it first");
  const places = found.places.length > 0 ? found.places : nextItem(draft, index);
  const refused =
    mayNotEdit(draft, index, operation) ??
    places.map((place) => mayNotRetry(draft, place, operation)).find((r) => r !== null);
  if (refused) return refused;
  if (isEnded(draft.state)) reopen(draft, draft.step(index).id);
  for (const place of places) {
    clearAttention(draft, place);
    retryPlace(draft, place, operation.input);
  }
  if (places.length === 0) nothingLeft(draft, index);
  askAgain(draft, index);
  return null;
}

/** A forEach whose items all turned out to be done, after it had failed. */
function nothingLeft(draft: Draft, index: number): void {
  const whole = { index, item: null };
  clearAttention(draft, whole);
  completeStep(draft, whole, resultsOf(draft.step(index)));
}

/** An item that could not even be sent leaves its step held as it was. */
function askAgain(draft: Draft, index: number): void {
  const { id, handling } = draft.step(index);
  const isAsked = draft.state.attention.some((a) => a.step === id && a.reason === heldReason(draft, index));
  if (handling === "hold" && !isAsked)
    draft.record({ type: "AttentionRaised", reason: heldReason(draft, index), step: id });
}

/** Of a forEach that was stopped before all its items had begun, the next one; the others follow by themselves. */
function nextItem(draft: Draft, index: number): readonly Place[] {
  return draft
    .places(index)
    .filter((place) => draft.work(place).status === "pending")
    .slice(0, 1);
}

function mayNotEdit(draft: Draft, index: number, { input }: Operation): Refusal | null {
  const { id, action, kind } = draft.spec(index);
  if (input === undefined || action !== null || kind === "saga") return null;
  return refuse("no_input", `${id} is sent nothing, so it has no input to edit; retry it as it is`);
}

/** An unknown outcome is retried as it was sent, and that of a child run by its own repair (F4, U8). */
function mayNotRetry(draft: Draft, place: Place, { input }: Operation): Refusal | null {
  const w = draft.work(place);
  const { id, kind } = draft.spec(place.index);
  if (isKnown(w)) return null;
  if (kind === "saga")
    return refuse("outcome_unknown", `The run of ${id} left something undone; repair it there, or undo this step`);
  if (input === undefined) return null;
  return refuse("outcome_unknown", `Whether ${id} took effect is unknown; retry it with the same input first`);
}

function isKnown({ action, effect }: WorkState): boolean {
  return !isInDoubt(action) && effect !== "unknown";
}

function retryPlace(draft: Draft, place: Place, edited: Json | undefined): void {
  const w = draft.work(place);
  const input = edited === undefined ? {} : { input: edited };
  const isAnew = w.action.attempt > 0 && ((w.status === "failed" && isKnown(w)) || edited !== undefined);
  if (w.action.attempt > 0 && !isAnew) return retryAction(draft, place, true);
  const options = { ...(isAnew ? { generation: w.action.generation + 1 } : {}), ...input };
  if (place.item === null) return startStep(draft, place.index, options);
  const error = sendAction(draft, place, options);
  if (error) failStep(draft, place, { kind: "terminal", error });
}

/** A failed run goes on where it stopped (U7). Whoever reopens it after its deadline knows, and is not stopped by it. */
function reopen(draft: Draft, step: string): void {
  draft.record({ type: "RunReopened", step });
  const { deadlineAt } = draft.state;
  if (deadlineAt !== null && draft.at >= deadlineAt)
    draft.record({ type: "AttentionRaised", reason: "deadline_passed", step: null });
  draft.state.steps.forEach((s, i) => {
    if (s.handling === "hold" && s.id !== step)
      draft.record({ type: "AttentionRaised", reason: heldReason(draft, i), step: s.id });
    if (s.status === "completed" && !s.passed) passEdges(draft, i, s);
  });
}

/** Edges that the unwind left unpassed are passed now; where they cannot be evaluated, a person must help. */
function passEdges(draft: Draft, index: number, s: StepState): void {
  const edges = edgesTaken(draft, index, { id: s.id, status: s.status, result: s.result, error: null });
  if (edges.ok) return draft.record({ type: "EdgesPassed", step: s.id, ...edges.taken });
  draft.record({ type: "EdgesFailed", step: s.id, error: edges.error });
  draft.record({ type: "AttentionRaised", reason: "step_held", step: s.id });
}

export function skip(draft: Draft, operation: Operation, who: Who): Refusal | null {
  const found = stuckStep(draft, operation, { who, waiting: true, whole: operation.item === undefined });
  if ("refusal" in found) return found.refusal;
  const { index, places } = found;
  const result: Json = operation.result ?? null;
  for (const place of places) {
    giveUpItems(draft, place);
    const named = draft.named(place);
    const edges =
      place.item === null ? edgesTaken(draft, index, { id: named.step, status: "skipped", result, error: null }) : null;
    if (edges && !edges.ok) return refuse("expression", edges.error.message);
    draft.record({ type: "StepSkipped", ...named, by: "operator", result, ...edges?.taken });
    clearAttention(draft, place);
  }
  return null;
}

export function complete(draft: Draft, operation: Operation, who: Who): Refusal | null {
  const passed = passedOver(draft, operation);
  if (passed) return settleAsHappened(draft, operation, passed);
  const whole = operation.item === undefined;
  const found = stuckStep(draft, operation, { who, waiting: true, edges: true, whole });
  if ("refusal" in found) return found.refusal;
  if (operation.result === undefined) return refuse("result_required", "Say what the step's result is");
  for (const place of found.places) {
    giveUpItems(draft, place);
    clearAttention(draft, place);
    completeStep(draft, place, operation.result, { by: "operator" });
  }
  return null;
}

/** Of a forEach that is settled as a whole, no item is tried again. */
function giveUpItems(draft: Draft, { index, item }: Place): void {
  if (item !== null || draft.step(index).items === null) return;
  for (const place of draft.places(index)) {
    const { status, action } = draft.work(place);
    const error = action.error ?? { code: "stopped", message: "The step was settled as a whole" };
    if (status === "executing") failStep(draft, place, { kind: "retryable", error, whenSpent: "none" });
  }
}

/**
 * Whoever found out what a step did that was passed over says so, also when the run has completed since: nothing is
 * reopened, and a later unwind knows what it owes (F12).
 */
function passedOver(draft: Draft, operation: Operation): Stuck | null {
  const isUnsure = (w: WorkState) => w.effect === "unknown" && w.action.open === null;
  // A run that nobody conducts may come to its end beside a reaction that a person is still asked about.
  const isLeftOver = (s: StepState) =>
    draft.saga.choreography !== null && isEnded(draft.state) && s.handling === "hold";
  const isPassedOver = (s: StepState) =>
    s.status === "failed" && (s.handling === "continue" || isLeftOver(s)) && unitsOf(s).some(isUnsure);
  if (draft.isUnwinding || draft.state.state === "failed") return null;
  // While the run goes on, another step may be stuck: then it has to be said which is meant.
  if (operation.step === undefined && !isEnded(draft.state)) return null;
  const index = namedStep(draft, operation, isPassedOver);
  if (typeof index !== "number" || !isPassedOver(draft.step(index))) return null;
  const places = namedPlaces(draft, index, operation, isUnsure);
  return "code" in places ? { refusal: places } : { index, places };
}

function settleAsHappened(draft: Draft, { result }: Operation, passed: Stuck): Refusal | null {
  if ("refusal" in passed) return passed.refusal;
  if (result === undefined) return refuse("result_required", "Say what the step's result is");
  for (const place of passed.places) {
    draft.record({ type: "StepOutcomeSettled", ...draft.named(place), effect: "happened", result });
    clearAttention(draft, place);
  }
  return null;
}

function settleAsNotHappened(draft: Draft, { effect }: Operation, passed: Stuck): Refusal | null {
  if ("refusal" in passed) return passed.refusal;
  if (effect !== "none")
    return refuse(
      "step_state",
      "Its outcome is unknown already; say that it had no effect, or complete it with a result",
    );
  for (const place of passed.places) knownNotHappened(draft, place);
  return null;
}

export function fail(draft: Draft, operation: Operation, who: Who): Refusal | null {
  const passed = passedOver(draft, operation);
  if (passed) return settleAsNotHappened(draft, operation, passed);
  const found = stuckStep(draft, operation, { who, waiting: true });
  if ("refusal" in found) return found.refusal;
  const error: StepError = { code: "marked_failed", message: operation.reason };
  for (const place of found.places) markFailed(draft, place, error, operation.effect ?? "unknown");
  return null;
}

/** A step that only waits changed nothing, whatever is said of it. */
function markFailed(draft: Draft, place: Place, error: StepError, effect: "none" | "unknown"): void {
  const w = draft.work(place);
  if (w.status === "executing") {
    const isSure = effect === "none" || draft.step(place.index).waiting !== null;
    if (isSure && w.effect !== "unknown") forgetDoubt(draft, place, w);
    return failStep(draft, place, isSure ? { kind: "terminal", error } : { kind: "unknown", error });
  }
  if (effect === "none" && w.effect === "unknown") knownNotHappened(draft, place);
}

/** Whoever says that nothing happened settles the attempts that were unknown. */
function forgetDoubt(draft: Draft, place: Place, w: WorkState): void {
  if (isInDoubt(w.action)) draft.record({ type: "StepOutcomeSettled", ...draft.named(place), effect: "none" });
}

type Allowed = {
  readonly who: Who;
  /** A failed run counts while nothing of it was undone. */
  readonly reopening?: boolean;
  /** So does a step that waits for a time, a signal or a person. */
  readonly waiting?: boolean;
  /** So does a step whose edges failed. */
  readonly edges?: boolean;
  /** The step as a whole is meant, not each of its items. */
  readonly whole?: boolean;
};

/** The step that a forward operation means: one that is held or waits for its next attempt, with none open (F9). */
function stuckStep(draft: Draft, operation: Operation, allow: Allowed): Stuck {
  const isStuck = (s: StepState) =>
    s.status === "failed" || unitsOf(s).some(isBetween) || (allow.waiting && s.waiting !== null);
  const index = namedStep(draft, operation, (s) => isStuck(s) === true);
  if (typeof index !== "number") return { refusal: index };
  const s = draft.step(index);
  const refused = mayNotGoForward(draft, allow) ?? fourEyes(draft, index, allow.who);
  if (refused) return { refusal: refused };
  if (unitsOf(s).some((w) => w.action.open ?? w.probe?.open))
    return {
      refusal: refuse("attempt_open", `An attempt of ${s.id} is under way; wait for its reply or its time-out`),
    };
  if (!isRepairable(s, allow)) {
    const detail = `${s.id} is ${s.status}; this needs a step that failed or waits for its next attempt`;
    return { refusal: refuse("step_state", detail) };
  }
  if (allow.whole) return { index, places: [{ index, item: null }] };
  const places = namedPlaces(draft, index, operation, isRepairableWork);
  return "code" in places ? { refusal: places } : { index, places };
}

function mayNotGoForward(draft: Draft, allow: Allowed): Refusal | null {
  const { state } = draft;
  if (draft.isUnwinding)
    return refuse("unwinding", "The run is unwinding; forward operations have to wait for its end");
  if (state.state === "completed") return refuse("run_ended", "The run has completed");
  if (state.state !== "failed") return null;
  if (!allow.reopening) return refuse("run_ended", "The run has ended");
  return mayNotReopen(draft);
}

function isRepairable(s: StepState, allow: Allowed): boolean {
  if (s.status === "failed") return s.handling !== "continue";
  if (unitsOf(s).some(isBetween)) return true;
  if (allow.waiting && s.waiting !== null) return true;
  return allow.edges === true && s.status === "completed" && !s.passed;
}

function isRepairableWork(w: WorkState): boolean {
  return w.status === "failed" || isBetween(w);
}

/** Between two attempts, or two questions about them. */
function isBetween({ action, probe }: WorkState): boolean {
  return action.retryAt !== null || (probe !== null && probe.retryAt !== null);
}

function mayNotReopen({ state: { undosBegun, steps, parent } }: Draft): Refusal | null {
  if (parent !== null)
    return refuse(
      "run_ended",
      "The run whose step this is has taken its end; retry the step there, which begins a new run",
    );
  if (undosBegun === 0 && !steps.some((s) => unitsOf(s).some(isUndoBegun))) return null;
  return refuse("run_ended", "Something of this run was already undone; start a new run");
}
