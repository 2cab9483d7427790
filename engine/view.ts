/** A run and its log as the API and the browser show them: times in ISO 8601, one object a transition. */
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
    ...withTimes(transition, (value) => (typeof value === "number" ? iso(value) : value)),
    seq: entry.seq,
    n: i + 1,
    at: iso(entry.at),
    actor: entry.actor,
  }));
}

/** The way back: the log entries that a list of events came from, oldest first. */
export function toLogEntries(events: readonly EventView[]): LogEntry[] {
  const entries: { seq: number; at: number; actor: string | null; transitions: Transition[] }[] = [];
  for (const { seq, n: _n, at, actor, ...rest } of events) {
    const transition = withTimes(rest, (value) => (typeof value === "string" ? Date.parse(value) : value));
    const last = entries.at(-1);
    if (last?.seq === seq) last.transitions.push(transition as Transition);
    else entries.push({ seq, at: Date.parse(at), actor, transitions: [transition as Transition] });
  }
  return entries;
}

type EventView = {
  readonly seq: number;
  readonly n: number;
  readonly at: string;
  readonly actor: string | null;
  readonly type: string;
};

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

type Fields = { readonly type: string; readonly [key: string]: unknown };

/** Times in a transition are its fields whose names end in `At`. */
function withTimes(fields: Fields, convert: (value: unknown) => unknown): Fields {
  const entries = Object.entries(fields).map(([key, value]) => [key, key.endsWith("At") ? convert(value) : value]);
  return Object.fromEntries(entries);
}

function iso(at: number): string {
  return new Date(at).toISOString();
}

function isoOrNull(at: number | null): string | null {
  return at === null ? null : iso(at);
}
