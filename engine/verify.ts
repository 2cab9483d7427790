/**
 * verify: holds one stored log against the invariants of engine.md section 7. A second opinion: it folds the log as
 * everybody does, but judges it by rules of its own, written as plainly as the sentences they come from, in
 * `verification/`.
 *
 * It sees one run. What takes a database to see (the run's row, inbox, owners) is checked where there is one; that
 * deciding twice changes nothing (6) is seen here only as something that stands in the log twice.
 */
import type { Saga } from "./definition/saga";
import { evolve } from "./evolve";
import type { RunState } from "./run/state";
import type { LogEntry, Transition } from "./run/transition";
import type { Case, Of, Seen, Tell } from "./verification/case";
import {
  endsFailed,
  endsWell,
  firesOnce,
  hearsEventOnce,
  sendsInTime,
  undoesWhatIsOwed,
  whyUnheard,
} from "./verification/choreography";
import { completesWhole, failsHonestly, staysEnded } from "./verification/ends";
import { whyForgotten } from "./verification/forgotten";
import {
  asks,
  decidesOnce,
  goesForward,
  hearsOnce,
  keepsKey,
  listsOnce,
  passesEdges,
  settlesOnce,
  startsItem,
  takesOneWay,
  takesSignal,
} from "./verification/forward";
import { happensLate, undoesInOrder, undoesOnce, unwindsAfterPivot } from "./verification/unwind";

/**
 * `invariant`: its number in section 7; null for a rule that has none there. `seq`: the decision at fault; null when the
 * log as a whole is.
 */
export type Violation = { readonly invariant: number | null; readonly seq: number | null; readonly sentence: string };

/** All that is wrong with a log; empty when nothing is. `entries` in the order of storage. Never throws. */
export function verifyLog(saga: Saga, entries: readonly LogEntry[]): readonly Violation[] {
  const verifier = new Verifier(saga);
  if (entries.length === 0) verifier.violations.push({ invariant: 1, seq: null, sentence: "The log is empty" });
  for (const entry of entries) if (!verifier.add(entry)) return verifier.violations;
  verifier.rest();
  return verifier.violations;
}

/** Judges a log entry by entry, as it grows. */
export class Verifier {
  readonly violations: Violation[] = [];
  /** What the log tells so far. */
  state: RunState | null;
  readonly #saga: Saga;
  readonly #seen: Seen = { events: new Set(), undone: new Set(), decided: new Set(), taken: new Set() };
  #seq: number;

  /** `from`: the state from which the log goes on. */
  constructor(saga: Saga, from: RunState | null = null) {
    this.#saga = saga;
    this.state = from;
    this.#seq = from?.seq ?? 0;
  }

  /** False when the log cannot be folded any further. */
  add(entry: LogEntry): boolean {
    const tell: Tell = (invariant, sentence) => this.violations.push({ invariant, seq: entry.seq, sentence });
    this.#numbered(entry, tell);
    const isTerminated = entry.transitions.some(isTermination);
    for (const t of entry.transitions) {
      try {
        this.#judge(t, isTerminated, tell);
        this.state = evolve(this.#saga, this.state, t, entry.at);
      } catch (error) {
        tell(1, `The log cannot be folded: ${error instanceof Error ? error.message : String(error)}`);
        return false;
      }
    }
    if (this.state) this.state = { ...this.state, seq: entry.seq };
    return true;
  }

  /** 7: what must hold of the run as it rests between two decisions. */
  rest(): void {
    const why = this.state && (this.#saga.choreography ? whyUnheard : whyForgotten)(this.#saga, this.state);
    if (why) this.violations.push({ invariant: 7, seq: this.#seq, sentence: why });
  }

  /** 1, 8: numbers from 1 without a gap, each used once. */
  #numbered({ seq, transitions }: LogEntry, tell: Tell): void {
    if (seq === this.#seq) tell(8, `Decision ${seq} was written twice`);
    else if (seq !== this.#seq + 1) tell(1, `Decision ${seq} follows decision ${this.#seq}`);
    if (transitions.length === 0) tell(1, `Decision ${seq} is empty`);
    this.#seq = seq;
  }

  #judge(t: Transition, isTerminated: boolean, tell: Tell): void {
    if (t.type === "RunStarted") return begins(this.#saga, this.state, t, tell);
    if (this.state === null) return;
    judge({ saga: this.#saga, state: this.state, t, seen: this.#seen, tell }, isTerminated);
  }
}

function isTermination(t: Transition): boolean {
  return t.type === "ParentAsked"
    ? t.ask === "terminate"
    : t.type === "OperationAccepted" && t.operation.operation === "terminate";
}

function begins(saga: Saga, state: RunState | null, t: Of<"RunStarted">, tell: Tell): void {
  if (state !== null) tell(1, "The run started twice");
  if (t.saga !== saga.type || t.version !== saga.version)
    tell(9, `The run began as ${t.saga} v${t.version}, and is ${saga.type} v${saga.version}`);
}

function judge(c: Case, isTerminated: boolean): void {
  staysEnded(c);
  hearsOnce(c);
  if (c.saga.choreography) judgeUnconducted(c, isTerminated);
  else judgeConducted(c, isTerminated);
}

/** Whoever terminates a run ends it as it stands (U10). */
function judgeUnconducted(c: Case, isTerminated: boolean): void {
  const { t } = c;
  switch (t.type) {
    case "EventHeard":
      return hearsEventOnce({ ...c, t });
    case "ReactionFired":
      return firesOnce({ ...c, t });
    case "StepStarted":
      keepsKey({ ...c, t });
      return sendsInTime({ ...c, t });
    case "StepCompleted":
    case "StepFailed":
      return settlesOnce({ ...c, t });
    case "AttentionRaised":
      return happensLate({ ...c, t });
    case "CompensationStarted":
      keepsKey({ ...c, t });
      return undoesWhatIsOwed({ ...c, t });
    case "CompensationCompleted":
      return undoesOnce({ ...c, t });
    case "RunCompleted":
      return endsWell({ ...c, t });
    case "RunFailed":
      if (!isTerminated) endsFailed({ ...c, t });
      return failsHonestly({ ...c, t });
    default:
  }
}

function judgeConducted(c: Case, isTerminated: boolean): void {
  const { t } = c;
  switch (t.type) {
    case "StepStarted":
      startsItem({ ...c, t });
      keepsKey({ ...c, t });
      return goesForward({ ...c, t });
    case "StepWaits":
    case "StepRetryScheduled":
      return goesForward({ ...c, t });
    case "ItemsListed":
      listsOnce({ ...c, t });
      return goesForward({ ...c, t });
    case "StepCompleted":
      settlesOnce({ ...c, t });
      passesEdges({ ...c, t });
      takesOneWay({ ...c, t });
      return takesSignal({ ...c, t });
    case "StepFailed":
      return settlesOnce({ ...c, t });
    case "StepSkipped":
    case "EdgesPassed":
      return passesEdges({ ...c, t });
    case "ProbeStarted":
      return asks({ ...c, t });
    case "ApprovalDecided":
      return decidesOnce({ ...c, t });
    case "UnwindStarted":
      return unwindsAfterPivot({ ...c, t }, isTerminated);
    case "AttentionRaised":
      return happensLate({ ...c, t });
    case "CompensationStarted":
      keepsKey({ ...c, t });
      return undoesInOrder({ ...c, t });
    case "CompensationCompleted":
      return undoesOnce({ ...c, t });
    case "RunCompleted":
      return completesWhole({ ...c, t });
    case "RunFailed":
      return failsHonestly({ ...c, t });
    default:
  }
}
