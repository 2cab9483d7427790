/**
 * evolve: what a transition means to the state. Every entry of the log passes here, live, replayed or rehearsed, and
 * nothing else changes a run's state: fold(log) = state (engine.md section 2, invariant 1).
 *
 * It decides nothing: it evaluates no expression and knows no policy. It reads of the saga only its graph.
 */
import { endHeard, eventExplained, eventHeard, reactionFired } from "./choreography/evolve";
import type { Saga } from "./definition/saga";
import {
  attentionRaised,
  changed,
  changedBy,
  childReported,
  isAbout,
  itemsListed,
  leaveOut,
  runReopened,
  settle,
  started,
  unwindStarted,
} from "./evolve-parts";
import { accepted, begun, ended, failed, newHalf, settled, skippedHalf, waiting } from "./half";
import { assertNever, type Json } from "./json";
import { isInDoubt, type KeptSignal, type RunState, type StepState, type WorkState } from "./run/state";
import type { LogEntry, Transition } from "./run/transition";

type Of<T extends Transition["type"]> = Extract<Transition, { type: T }>;

/** The state of a run after one more transition, decided at `at` (milliseconds). `state` is null only for RunStarted. */
export function evolve(saga: Saga, state: RunState | null, transition: Transition, at: number): RunState {
  if (transition.type === "RunStarted") return started(saga, transition, at);
  if (state === null) throw new Error(`A log begins with RunStarted, not with ${transition.type}`);
  const next = applied(saga, state, transition, at);
  // Most decisions hold several transitions of one time: a state is copied for it once.
  return next.updatedAt === at ? next : { ...next, updatedAt: at };
}

/** The state after one decision. */
export function applyEntry(saga: Saga, state: RunState | null, entry: LogEntry): RunState {
  let next = state;
  for (const transition of entry.transitions) next = evolve(saga, next, transition, entry.at);
  if (next === null) throw new Error("A decision has at least one transition");
  return { ...next, seq: entry.seq };
}

/** The state that a log tells, from its beginning or from a snapshot; null for an empty log. */
export function fold(saga: Saga, entries: Iterable<LogEntry>, from: RunState | null = null): RunState | null {
  let state = from;
  for (const entry of entries) state = applyEntry(saga, state, entry);
  return state;
}

function applied(saga: Saga, state: RunState, t: Exclude<Transition, Of<"RunStarted">>, at: number): RunState {
  switch (t.type) {
    case "StepStarted":
      return { ...changed(saga, state, t, (w) => stepStarted(w, t, at)), state: "pending" };
    case "StepWaits":
      return { ...changed(saga, state, t, (w) => stepWaits(w, t, at)), state: "pending" };
    case "ItemsListed":
      return { ...itemsListed(saga, state, t, at), state: "pending" };
    case "CallAccepted":
      return changed(saga, state, t, (w) => callAccepted(w, t));
    case "ProbeStarted":
      return changed(saga, state, t, (w) => probeStarted(w, t, at));
    case "ProbeRetryScheduled":
      return changed(saga, state, t, (w) => probePutOff(w, t, at));
    case "StepCompleted":
      return stepCompleted(saga, state, t, at);
    case "StepRetryScheduled":
      return changed(saga, state, t, (w) => ({ action: waiting(w.action, t) }));
    case "StepFailed":
      return stepFailed(saga, state, t, at);
    case "StepSkipped":
      return stepSkipped(saga, state, t, at);
    case "StepOutcomeSettled":
      return changedBy(
        changed(saga, state, t, (w) => outcomeSettled(w, t)),
        t.person,
      );
    case "ChildResidueReported":
      return childReported(saga, state, t);
    case "EdgesPassed":
      return passed(saga, state, t.step, t.taken);
    case "UnwindRequested":
      return { ...state, unwind: { phase: "requested", cause: t.cause, since: at, afterEnd: false, downTo: null } };
    case "UnwindWithdrawn":
      return { ...state, unwind: null };
    case "UnwindStarted":
      return unwindStarted(state, t, at);
    case "UnwindContinued":
      return leaveOut({ ...state, unwind: state.unwind && { ...state.unwind, downTo: t.downTo ?? null } }, t.leaveOut);
    case "CompensationStarted":
      return compensationStarted(saga, state, t, at);
    case "CompensationRetryScheduled":
      return changed(saga, state, t, (w) => ({ undo: waiting(w.undo, t) }));
    case "CompensationCompleted":
      return changed(saga, state, t, (w) => ({
        status: "compensated",
        handling: null,
        undo: { ...ended(w.undo, null, at), unsettled: [] },
      }));
    case "CompensationFailed":
      return changed(saga, state, t, (w) => ({
        status: "compensation_failed",
        handling: t.handling,
        undo: failed(w.undo, t, at),
      }));
    case "AttentionRaised":
      return attentionRaised(state, t, at);
    case "AttentionCleared":
      return { ...state, attention: state.attention.filter((a) => !isAbout(a, t)) };
    case "LateReplyRecorded":
      return changed(saga, state, t, (w) => lateReply(w, t));
    case "SignalReceived":
      return { ...state, signals: [...state.signals, kept(t, at)] };
    case "EventHeard":
      return eventHeard(saga, state, t, at);
    case "ReactionFired":
      return reactionFired(saga, state, t);
    case "EventExplained":
      return eventExplained(state, t);
    case "EndHeard":
      return endHeard(state, t);
    case "RunPaused":
      return { ...state, paused: true };
    case "RunResumed":
      return { ...state, paused: false };
    case "RunReopened":
      return runReopened(state);
    case "RunCompleted":
      return { ...state, state: "completed", unwind: null, paused: false, endedAt: at };
    case "RunFailed":
      return {
        ...state,
        state: "failed",
        rollback: t.rollback,
        residue: t.residue,
        unwind: null,
        paused: false,
        endedAt: at,
      };
    case "ParentAsked":
      return t.ask === "undo" && state.parent ? { ...state, parent: { ...state.parent, undo: t.generation } } : state;
    case "OperationAccepted":
      return changedBy(state, t.person);
    case "ReplyIgnored":
      return { ...state, repliesIgnored: state.repliesIgnored + 1 };
    case "EdgesFailed":
    case "SignalRefused":
    case "ApprovalDecided":
    case "DecisionRefused":
    case "OperationRefused":
      return state;
    default:
      return assertNever(t);
  }
}

// ------------------------------------------------------------------ forward

/** A new generation was never asked about, and has begun no child run; a further attempt is asked about anew. */
function stepStarted(w: WorkState, t: Of<"StepStarted">, at: number): Partial<StepState> {
  const isAnew = t.generation !== w.action.generation;
  const probe = isAnew ? null : w.probe && ended(w.probe, w.probe.error, at);
  const child = isAnew && t.item === undefined ? { child: null, childEnded: false } : {};
  return { status: "executing", handling: null, settledOrder: null, probe, action: begun(w.action, t, at), ...child };
}

/** Beginning to wait counts as an attempt without a call. */
function stepWaits(w: WorkState, t: Of<"StepWaits">, at: number) {
  const attempt = t.generation === w.action.generation ? w.action.attempt + 1 : 1;
  const action = { ...begun(w.action, { ...t, attempt, timeoutAt: null }, at), open: null };
  return {
    status: "executing",
    handling: null,
    settledOrder: null,
    action,
    waiting: { since: at, dueAt: t.dueAt },
  } as const;
}

function callAccepted(w: WorkState, t: Of<"CallAccepted">): Partial<StepState> {
  const child = t.child === undefined ? {} : { child: t.child };
  if (t.half === "action") return { action: accepted(w.action, t.attempt, t.timeoutAt), ...child };
  if (t.half === "compensation") return { undo: accepted(w.undo, t.attempt, t.timeoutAt) };
  return { probe: w.probe && accepted(w.probe, t.attempt) };
}

function probeStarted(w: WorkState, t: Of<"ProbeStarted">, at: number): Partial<WorkState> {
  // A first question after attempts were spent has a budget of its own.
  const fresh = t.after ? ({ fresh: true } as const) : {};
  const probe = begun(w.probe ?? newHalf, { ...t, ...fresh, generation: w.probe?.generation ?? 1 }, at);
  return t.after ? { probe, action: askedAbout(w.action, t.after, at) } : { probe };
}

/** Asked on resume, where a paused run may not ask at once. */
function probePutOff(w: WorkState, t: Of<"ProbeRetryScheduled">, at: number): Partial<WorkState> {
  const probe = waiting(w.probe ?? newHalf, { ...t, unsettled: false });
  if (!t.after) return { probe };
  return { probe: { ...probe, spent: probe.attempt, firstAt: at }, action: askedAbout(w.action, t.after, at) };
}

type After = NonNullable<Of<"ProbeStarted">["after"]>;

/** The attempts are spent, and unknown until the question is answered. */
function askedAbout(action: WorkState["action"], after: After, at: number): WorkState["action"] {
  return { ...failed(action, { attempt: action.attempt, ...after }, at), endedAt: null };
}

function stepCompleted(saga: Saga, state: RunState, t: Of<"StepCompleted">, at: number): RunState {
  const before = state.steps[saga.indexOf.get(t.step) ?? -1];
  const listed = t.item === undefined && t.by !== "operator" ? before?.items : null;
  const result: Json = listed ? listed.map((i) => i.result) : t.result;
  const done = settle(saga, state, t, (w) => ({
    status: "completed",
    effect: "happened",
    result,
    handling: null,
    probe: w.probe && ended(w.probe, w.probe.error, at),
    action: { ...ended(w.action, null, at), unsettled: [], startedAt: w.action.startedAt ?? at },
    // Done by hand after its child run was known to have failed: what was done then is no run's to undo.
    ...(t.by === "operator" && before?.childEnded && w.effect === "none" ? { child: null, childEnded: false } : {}),
  }));
  const next = t.signal === undefined ? changedBy(done, t.person) : withoutSignal(done, t.signal);
  return t.taken === null || t.item !== undefined ? next : passed(saga, next, t.step, t.taken);
}

function kept({ id, signal, data, person }: Of<"SignalReceived">, at: number): KeptSignal {
  return { id, signal, data, at, ...(person === undefined ? {} : { person }) };
}

/** The signal was taken, and so whoever sent it gave the run a result (F14). */
function withoutSignal(state: RunState, id: string): RunState {
  const signals = state.signals.filter((s) => s.id !== id);
  return changedBy({ ...state, signals }, state.signals.find((s) => s.id === id)?.person);
}

function stepFailed(saga: Saga, state: RunState, t: Of<"StepFailed">, at: number): RunState {
  const next = settle(saga, state, t, (w) => ({
    status: "failed",
    // What a forEach did is what its items did.
    effect: t.item === undefined && state.steps[saga.indexOf.get(t.step) ?? -1]?.items ? w.effect : t.effect,
    handling: t.handling === "compensate" ? null : t.handling,
    probe: w.probe && ended(w.probe, w.probe.error, at),
    action: failed(w.action, t, at),
  }));
  return t.handling === "continue" ? passed(saga, next, t.step, t.taken) : next;
}

function stepSkipped(saga: Saga, state: RunState, t: Of<"StepSkipped">, at: number): RunState {
  if (t.by === "dead_path")
    return passed(
      saga,
      changed(saga, state, t, () => ({ status: "skipped" })),
      t.step,
      [],
    );
  const next = settle(saga, state, t, (w) => ({
    status: "skipped",
    effect: isInDoubt(w.action) ? "unknown" : w.effect,
    handling: null,
    result: t.result ?? null,
    probe: w.probe && ended(w.probe, w.probe.error, at),
    action: w.action.attempt > 0 ? skippedHalf(w.action, at) : w.action,
  }));
  return t.item === undefined ? passed(saga, next, t.step, t.taken) : next;
}

/** A late success is known from now on, so that its duplicates are; the undo under way keeps the input it was sent. */
function lateReply(w: WorkState, t: Of<"LateReplyRecorded">): Partial<WorkState> {
  if (t.half === "compensation") return { undo: settled(w.undo, t.attempt) };
  return { effect: t.error ? w.effect : "happened", action: settled(w.action, t.attempt) };
}

/** An unknown that turns out to have happened is a completion; one that did not is a known failure (F5). */
function outcomeSettled(w: WorkState, t: Of<"StepOutcomeSettled">): Partial<WorkState> {
  const status = w.status === "failed" && t.effect === "happened" ? "completed" : w.status;
  const result: Json = t.result === undefined ? w.result : t.result;
  const { inDoubt: _, ...action } = w.action;
  return { status, result, effect: t.effect, action: t.effect === "unknown" ? w.action : { ...action, unsettled: [] } };
}

/** Marks a step's outgoing edges as settled: all taken, or only those to `taken`. A step passes its edges once. */
function passed(saga: Saga, state: RunState, id: string, taken: readonly string[] | undefined): RunState {
  const index = saga.indexOf.get(id) ?? -1;
  const from = state.steps[index];
  if (from === undefined || from.passed) return state;
  const steps = state.steps.slice();
  steps[index] = { ...from, passed: true };
  for (const edge of saga.steps[index]?.outgoing ?? []) {
    const to = saga.edges[edge]?.to ?? -1;
    const target = steps[to];
    if (target === undefined) continue;
    const took = taken === undefined || taken.includes(target.id);
    steps[to] = { ...target, settledIn: target.settledIn + 1, takenIn: target.takenIn + (took ? 1 : 0) };
  }
  return { ...state, steps };
}

// ------------------------------------------------------------------- unwind

/** An undo without a time-out is asked of a child run, by a word that is as durable as this (U8). */
function compensationStarted(saga: Saga, state: RunState, t: Of<"CompensationStarted">, at: number): RunState {
  const next = changed(saga, state, t, (w) => ({
    status: "compensating",
    handling: null,
    undoOrder: t.order,
    ...(t.item === undefined ? { childEnded: false } : {}),
    undo: t.timeoutAt === null ? accepted(begun(w.undo, t, at), t.attempt) : begun(w.undo, t, at),
  }));
  return { ...next, undosBegun: Math.max(next.undosBegun, t.order) };
}
