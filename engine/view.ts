/** A run and its log as the API and the browser show them: times in ISO 8601, one object a transition. */
import type { Json } from "./json";
import type { Attention, HalfState, RunState, StepState } from "./run/state";
import type { LogEntry, Transition } from "./run/transition";

export function toRunView(state: RunState) {
  const { id, saga, version, cause, rollback, paused, businessKey, exposure, data, error, parent, startedBy, seq } =
    state;
  return {
    id,
    saga,
    version,
    state: state.state,
    cause,
    rollback,
    residue: [...state.residue],
    attention: state.attention.map(toAttentionView),
    paused,
    businessKey,
    exposure,
    data,
    error,
    parent,
    startedBy,
    seq,
    startedAt: iso(state.startedAt),
    updatedAt: iso(state.updatedAt),
    endedAt: isoOrNull(state.endedAt),
    deadlineAt: isoOrNull(state.deadlineAt),
    steps: state.steps.map(toStepView),
  };
}

export function toAttentionView(attention: Attention) {
  return { reason: attention.reason, step: attention.step, since: iso(attention.since) };
}

/** One log entry as the events it holds: `seq` numbers the decision, `n` the transition within it. */
export function toEventViews(entry: LogEntry) {
  return entry.transitions.map((transition, i) => ({
    ...withIsoTimes(transition),
    seq: entry.seq,
    n: i + 1,
    at: iso(entry.at),
    actor: entry.actor,
  }));
}

function toStepView(s: StepState) {
  return {
    id: s.id,
    status: s.status,
    effect: s.effect,
    handling: s.handling,
    attempts: s.action.attempt,
    result: s.result,
    error: s.status.startsWith("compensat") && s.undo.error ? s.undo.error : s.action.error,
    undoOrder: s.undoOrder,
    startedAt: isoOrNull(s.action.startedAt),
    endedAt: isoOrNull(s.action.endedAt),
    action: toHalfView(s.action),
    undo: toHalfView(s.undo),
  };
}

function toHalfView(half: HalfState) {
  return {
    generation: half.generation,
    attempts: half.attempt,
    open: half.open && { startedAt: iso(half.open.startedAt), timeoutAt: iso(half.open.timeoutAt) },
    retryAt: isoOrNull(half.retryAt),
    ...(half.input === undefined ? {} : { input: half.input }),
    error: half.error,
    startedAt: isoOrNull(half.startedAt),
    endedAt: isoOrNull(half.endedAt),
  };
}

function withIsoTimes(transition: Transition): { readonly type: string; readonly [key: string]: Json | undefined } {
  const times = Object.entries(transition).map(([key, value]) => [
    key,
    key.endsWith("At") && typeof value === "number" ? iso(value) : value,
  ]);
  return Object.fromEntries(times);
}

function iso(at: number): string {
  return new Date(at).toISOString();
}

function isoOrNull(at: number | null): string | null {
  return at === null ? null : iso(at);
}
