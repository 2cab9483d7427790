/** A run and its log as the API and the browser show them: times in ISO 8601, one object a transition. */
import type {
  Attention,
  ChoreographyState,
  HalfState,
  ItemState,
  OpenAttempt,
  RunState,
  StepState,
  WorkState,
} from "./run/state";
import type { LogEntry, Transition } from "./run/transition";

export function toRunView(state: RunState) {
  const { id, saga, version, cause, rollback, paused, businessKey, exposure, data, error, startedBy, seq } = state;
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
    parent: state.parent?.run ?? null,
    parentStep: state.parent?.step ?? null,
    restartOf: state.restartOf,
    startedBy,
    downTo: state.unwind?.downTo ?? null,
    signals: state.signals.map(({ id: signalId, signal, data: kept, at }) => ({
      id: signalId,
      signal,
      data: kept,
      at: iso(at),
    })),
    choreography: state.choreography && toChoreographyView(state.choreography),
    seq,
    startedAt: iso(state.startedAt),
    updatedAt: iso(state.updatedAt),
    endedAt: isoOrNull(state.endedAt),
    deadlineAt: isoOrNull(state.deadlineAt),
    steps: state.steps.map(toStepView),
  };
}

function toChoreographyView({ heard, end }: ChoreographyState) {
  return { heard: heard.map((event) => ({ ...event, at: iso(event.at) })), end };
}

export function toAttentionView(attention: Attention) {
  return { ...attention, since: iso(attention.since) };
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
    ...toWorkView(s),
    waiting: s.waiting && { since: iso(s.waiting.since), dueAt: isoOrNull(s.waiting.dueAt) },
    items: s.items?.map(toItemView) ?? null,
    leftOut: s.leftOut,
    childResidue: [...s.childResidue],
    child: s.child,
  };
}

function toItemView(item: ItemState) {
  return { value: item.value, ...toWorkView(item) };
}

function toWorkView(w: WorkState) {
  return {
    status: w.status,
    effect: w.effect,
    handling: w.handling,
    attempts: w.action.attempt,
    result: w.result,
    error: w.status.startsWith("compensat") && w.undo.error ? w.undo.error : w.action.error,
    undoOrder: w.undoOrder,
    startedAt: isoOrNull(w.action.startedAt),
    endedAt: isoOrNull(w.action.endedAt),
    action: toHalfView(w.action),
    undo: toHalfView(w.undo),
    probe: w.probe && toHalfView(w.probe),
  };
}

function toHalfView(half: HalfState) {
  return {
    generation: half.generation,
    attempts: half.attempt,
    open: half.open && toOpenView(half.open),
    retryAt: isoOrNull(half.retryAt),
    ...(half.input === undefined ? {} : { input: half.input }),
    error: half.error,
    startedAt: isoOrNull(half.startedAt),
    endedAt: isoOrNull(half.endedAt),
  };
}

function toOpenView({ startedAt, timeoutAt, accepted }: OpenAttempt) {
  return { startedAt: iso(startedAt), timeoutAt: isoOrNull(timeoutAt), accepted: accepted === true };
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
