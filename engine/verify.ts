/**
 * verify: holds one stored log against the invariants of engine.md section 7. A second opinion: it folds the log as
 * everybody does, but judges it by rules of its own, written as plainly as the sentences they come from.
 *
 * It sees one run. What takes a database to see (the run's row, inbox, owners) is checked where there is one; that
 * deciding twice changes nothing (6) is seen here only as an outcome or operation that stands in the log twice.
 */
import type { Saga } from "./definition/saga";
import { evolve } from "./evolve";
import { isEnded, type RunState, type StepState } from "./run/state";
import type { LogEntry, Transition } from "./run/transition";
import { nextWake } from "./wake";

/** `invariant`: its number in section 7. `seq`: the decision at fault; null when the log as a whole is. */
export type Violation = { readonly invariant: number; readonly seq: number | null; readonly sentence: string };

type Of<T extends Transition["type"]> = Extract<Transition, { type: T }>;

/** All that is wrong with a log; empty when nothing is. `entries` in the order of storage. Never throws. */
export function verifyLog(saga: Saga, entries: readonly LogEntry[]): readonly Violation[] {
  const violations: Violation[] = [];
  const found = (invariant: number, seq: number | null, sentence: string) =>
    violations.push({ invariant, seq, sentence });
  numbered(entries, found);
  const state = replay(saga, entries, found);
  if (state) isForgotten(state, found);
  return violations;
}

type Found = (invariant: number, seq: number | null, sentence: string) => void;

/** 1, 8: numbers from 1 without a gap, each used once. */
function numbered(entries: readonly LogEntry[], found: Found): void {
  if (entries.length === 0) found(1, null, "The log is empty");
  entries.forEach((entry, i) => {
    const before = i === 0 ? 0 : (entries[i - 1]?.seq ?? 0);
    if (entry.seq === before) found(8, entry.seq, `Decision ${entry.seq} was written twice`);
    else if (entry.seq !== before + 1) found(1, entry.seq, `Decision ${entry.seq} follows decision ${before}`);
    if (entry.transitions.length === 0) found(1, entry.seq, `Decision ${entry.seq} is empty`);
  });
}

/** Folds the log and judges each transition by the state before it; null when it cannot be folded. */
function replay(saga: Saga, entries: readonly LogEntry[], found: Found): RunState | null {
  const seen: Seen = { operations: new Set(), undone: new Set() };
  let state: RunState | null = null;
  for (const { seq, at, transitions } of entries) {
    for (const t of transitions) {
      const tell = (invariant: number, sentence: string) => found(invariant, seq, sentence);
      try {
        judge({ saga, state, seen, tell }, t);
        state = evolve(saga, state, t, at);
      } catch (error) {
        tell(1, `The log cannot be folded: ${error instanceof Error ? error.message : String(error)}`);
        return null;
      }
    }
    if (state) state = { ...state, seq };
  }
  return state;
}

type Seen = { readonly operations: Set<string>; readonly undone: Set<string> };

type Case = {
  readonly saga: Saga;
  readonly state: RunState | null;
  readonly seen: Seen;
  readonly tell: (invariant: number, sentence: string) => void;
};

function judge({ saga, state, seen, tell }: Case, t: Transition): void {
  if (t.type === "RunStarted") {
    if (state !== null) tell(1, "The run started twice");
    if (t.saga !== saga.type || t.version !== saga.version)
      tell(9, `The run began as ${t.saga} v${t.version}, and is ${saga.type} v${saga.version}`);
    return;
  }
  if (state === null) return;
  staysEnded(state, t, tell);
  switch (t.type) {
    case "StepStarted":
    case "StepRetryScheduled":
      goesForward(state, t, tell);
      break;
    case "StepCompleted":
    case "StepFailed":
      settlesOnce(saga, state, t, tell);
      break;
    case "CompensationStarted":
      if (!isUndoRetry(stepIn(saga, state, t.step))) undoesInOrder(saga, state, t.step, tell);
      break;
    case "CompensationCompleted":
      undoesOnce(saga, state, t, seen, tell);
      break;
    case "RunCompleted":
      completesWhole(state, tell);
      break;
    case "RunFailed":
      failsHonestly(saga, state, t, tell);
      break;
    case "OperationAccepted":
    case "OperationRefused":
      if (seen.operations.has(t.id)) tell(6, `Operation ${t.id} was decided twice`);
      seen.operations.add(t.id);
      break;
    default:
  }
}

/** 2: from the beginning of the unwind no forward command is sent, not even a retry (U1). */
function goesForward(state: RunState, t: Of<"StepStarted"> | Of<"StepRetryScheduled">, tell: Case["tell"]): void {
  if (state.unwind?.phase !== "running") return;
  tell(2, t.type === "StepStarted" ? `${t.step} was sent in an unwind` : `${t.step} was to be retried in an unwind`);
}

/** 6: an attempt has one outcome. A person may complete what no attempt is open for. */
function settlesOnce(saga: Saga, state: RunState, t: Of<"StepCompleted"> | Of<"StepFailed">, tell: Case["tell"]): void {
  const s = stepIn(saga, state, t.step);
  if (t.type === "StepCompleted" && s.status === "completed") tell(6, `${t.step} completed twice`);
  if (t.attempt > s.action.attempt) tell(6, `${t.step} has an outcome of attempt ${t.attempt}, which was never begun`);
}

// ------------------------------------------------------------------- unwind

/** A further attempt of an undo that began in its turn. */
function isUndoRetry(s: StepState): boolean {
  return s.status === "compensating" || s.status === "compensation_failed";
}

/** 3: an undo starts when U3 allows it, and 4: only where it is owed. */
function undoesInOrder(saga: Saga, state: RunState, id: string, tell: Case["tell"]): void {
  const index = saga.indexOf.get(id) ?? -1;
  if (state.unwind?.phase !== "running") tell(3, `The undo of ${id} started though the run does not unwind`);
  if (!isOwed(saga, index, stepIn(saga, state, id))) tell(4, `${id} is undone though no undo is owed`);
  const inSequence = saga.undoOrder === "sequence";
  const place = state.steps[index]?.settledOrder ?? 0;
  state.steps.forEach((other, i) => {
    if (i === index || !(inSequence || saga.downstream[index]?.has(i))) return;
    if (other.status === "executing") tell(3, `The undo of ${id} started while ${other.id} was in flight`);
    else if (other.status === "compensating" || (other.status === "compensation_failed" && other.handling === "hold"))
      tell(3, `The undo of ${id} started before that of ${other.id} was done`);
    else if (awaitsUndo(saga, i, other) && (!inSequence || (other.settledOrder ?? 0) > place))
      tell(3, `The undo of ${id} started before the undo that ${other.id} was owed`);
  });
}

function awaitsUndo(saga: Saga, index: number, s: StepState): boolean {
  return s.status !== "compensated" && s.status !== "compensation_failed" && isOwed(saga, index, s);
}

/** 4: one effective undo of one generation, unless a late effect is answered for by a person. */
function undoesOnce(
  saga: Saga,
  state: RunState,
  t: Of<"CompensationCompleted">,
  { undone }: Seen,
  tell: Case["tell"],
): void {
  if (state.attention.some((a) => a.reason === "late_effect" && a.step === t.step)) return;
  const s = stepIn(saga, state, t.step);
  const key = `${t.step}:${s.undo.generation}`;
  if (undone.has(key) || s.status === "compensated") tell(4, `${t.step} was undone twice`);
  undone.add(key);
}

/** What U2 says of a step, in its own words. */
function isOwed(saga: Saga, index: number, s: StepState): boolean {
  const spec = saga.steps[index];
  if (!spec?.compensation || spec.class === "readonly" || spec.class === "irreversible") return false;
  if (s.effect === "unknown") return spec.compensateSelf !== "never";
  if (s.effect === "none") return s.status === "failed" && s.action.attempt > 0 && spec.compensateSelf === "always";
  return true;
}

// --------------------------------------------------------------------- ends

/** A completed run has nothing open, and undid nothing. */
function completesWhole(state: RunState, tell: Case["tell"]): void {
  if (state.unwind?.phase === "running") tell(4, "The run completed in the middle of its unwind");
  for (const s of state.steps) {
    const isOver = s.status === "completed" || s.status === "skipped" || s.handling === "continue";
    if (!isOver) tell(4, `The run completed though ${s.id} is ${s.status}`);
  }
}

/** 4: `clean` means that every undo that was owed is done, and nothing was undone that never happened. */
function failsHonestly(saga: Saga, state: RunState, t: Of<"RunFailed">, tell: Case["tell"]): void {
  if (t.rollback === "incomplete") return;
  state.steps.forEach((s, i) => {
    if (s.status === "executing" || s.action.open) tell(4, `The run ended ${t.rollback} while ${s.id} was in flight`);
    if (isOwed(saga, i, s) && s.status !== "compensated")
      tell(4, `The run ended ${t.rollback}, but ${s.id} is not undone`);
    if (s.status === "compensated" && t.rollback === "nothing_to_undo")
      tell(4, `${s.id} was undone, yet nothing was to undo`);
    if (s.effect !== "none" && !isOwed(saga, i, s) && isEffective(saga, i) && !t.residue.includes(s.id))
      tell(4, `The effect of ${s.id} stays, and the end does not say so`);
  });
}

function isEffective(saga: Saga, index: number): boolean {
  return saga.steps[index]?.class !== "readonly";
}

/**
 * What may still become known of a run that ended, a late undo too; all else comes only after `UnwindStarted` (U6) or
 * `RunReopened` (U7).
 */
const afterEnd: ReadonlySet<Transition["type"]> = new Set([
  "UnwindStarted",
  "RunReopened",
  "LateReplyRecorded",
  "StepOutcomeSettled",
  "CompensationCompleted",
  "AttentionRaised",
  "AttentionCleared",
  "OperationAccepted",
  "OperationRefused",
]);

/** 5 */
function staysEnded(state: RunState, t: Transition, tell: Case["tell"]): void {
  if (isEnded(state) && !afterEnd.has(t.type)) tell(5, `${t.type} after the run had ended as ${state.state}`);
}

/** 7: a run that is not ended has something to wait for beside its deadline, or a person who must act. */
function isForgotten(state: RunState, found: Found): void {
  if (isEnded(state) || state.paused || state.attention.length > 0) return;
  if (nextWake({ ...state, deadlineAt: null }) === null)
    found(7, state.seq, `The run is ${state.state}, and nothing is due and nobody is asked`);
}

function stepIn(saga: Saga, state: RunState, id: string): StepState {
  const s = state.steps[saga.indexOf.get(id) ?? -1];
  if (!s) throw new Error(`There is no step ${id}`);
  return s;
}
