/**
 * The invariants of engine.md section 7 that one decision can be held against, written without the engine's own rules:
 * a naive second opinion. Each throws with its number.
 */
import { decide } from "../decide";
import type { Saga } from "../definition/saga";
import { applyEntry } from "../evolve";
import type { Decision } from "../run/command";
import type { RunEvent } from "../run/event";
import type { RunState, StepState } from "../run/state";
import { nextWake } from "../wake";

export type Happened = {
  readonly saga: Saga;
  readonly before: RunState | null;
  readonly event: RunEvent;
  readonly decision: Decision;
};

export function checkDecision(happened: Happened): void {
  const { saga, before, event, decision } = happened;
  foldsToState(saga, before, event, decision);
  if (decision.state === null || decision.refused) return;
  sendsNothingForwardInAnUnwind(before, decision);
  undoesDownstreamFirst(saga, before, event, decision);
  endsHonestly(saga, decision.state);
  leavesAnEndOnlyOnPurpose(before, decision);
  changesNothingTwice(saga, decision.state, event);
  isNeverForgotten(decision.state);
  asksOnceForEachIntent(decision);
}

/** 1: fold(log) = state, and seq has no gap. */
function foldsToState(saga: Saga, before: RunState | null, event: RunEvent, decision: Decision): void {
  if (decision.transitions.length === 0) return;
  const seq = (before?.seq ?? 0) + 1;
  const folded = applyEntry(saga, before, { seq, at: event.at, actor: null, transitions: decision.transitions });
  if (!isSame(folded, decision.state)) throw new Error("I1: fold(log) differs from the state");
}

/** Alike as JSON; what both share is not looked into. */
function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  const [mine, theirs] = [Object.entries(a), new Map(Object.entries(b))];
  return mine.length === theirs.size && mine.every(([key, value]) => theirs.has(key) && isSame(value, theirs.get(key)));
}

/** 2: no forward command after the unwind began. */
function sendsNothingForwardInAnUnwind(before: RunState | null, decision: Decision): void {
  let unwinding = before?.unwind?.phase === "running";
  for (const t of decision.transitions) {
    if (t.type === "StepStarted" && unwinding) throw new Error(`I2: ${t.step} was sent forward in an unwind`);
    if (t.type === "UnwindStarted") unwinding = true;
    if (t.type === "RunReopened") unwinding = false;
  }
  if (decision.state?.unwind?.phase !== "running") return;
  if (decision.commands.some((c) => c.type === "InvokeCommand" && c.half === "action"))
    throw new Error("I2: a forward command in an unwind");
}

/** 3: an undo never starts before U3 allows it. */
function undoesDownstreamFirst(saga: Saga, before: RunState | null, event: RunEvent, decision: Decision): void {
  if (!decision.transitions.some((t) => t.type === "CompensationStarted")) return;
  let state = before;
  for (const t of decision.transitions) {
    if (t.type === "CompensationStarted" && state && stepIn(saga, state, t.step).undo.attempt === 0) {
      const index = saga.indexOf.get(t.step) as number;
      if (!wouldBeOwed(saga, index, stepIn(saga, state, t.step)))
        throw new Error(`I4: ${t.step} is undone though nothing is owed`);
      const waitsFor = saga.undoOrder === "graph" ? [...(saga.downstream[index] ?? [])] : saga.steps.map((_, i) => i);
      for (const other of waitsFor) if (other !== index) assertOutOfTheWay(saga, state, other, index);
    }
    state = applyEntry(saga, state, { seq: 0, at: event.at, actor: null, transitions: [t] });
  }
}

function assertOutOfTheWay(saga: Saga, state: RunState, other: number, index: number): void {
  const s = state.steps[other] as StepState;
  const id = state.steps[index]?.id;
  if (s.status === "executing") throw new Error(`I3: undo of ${id} while ${s.id} is in flight`);
  if (s.status === "compensating" || (s.status === "compensation_failed" && s.handling === "hold")) {
    throw new Error(`I3: undo of ${id} before that of ${s.id} is done`);
  }
  const owed = wouldBeOwed(saga, other, s);
  if (!owed || s.status === "compensated" || s.status === "compensation_failed") return;
  const later = saga.undoOrder === "graph" || (s.settledOrder ?? 0) > (state.steps[index]?.settledOrder ?? 0);
  if (later) throw new Error(`I3: undo of ${id} before the undo owed to ${s.id}`);
}

/** 4: `clean` means that every undo that was owed is done. */
function endsHonestly(saga: Saga, state: RunState): void {
  if (state.state === "failed" && state.rollback === null)
    throw new Error("I4: a failed run says how its rollback ended");
  if (state.rollback !== "clean") return;
  state.steps.forEach((s, i) => {
    if (wouldBeOwed(saga, i, s) && s.status !== "compensated")
      throw new Error(`I4: clean although ${s.id} is not undone`);
  });
}

function wouldBeOwed(saga: Saga, index: number, s: StepState): boolean {
  const spec = saga.steps[index];
  if (!spec?.compensation || spec.class === "readonly" || spec.class === "irreversible") return false;
  if (s.effect === "unknown") return spec.compensateSelf !== "never";
  if (s.effect === "none") return s.status === "failed" && s.action.attempt > 0 && spec.compensateSelf === "always";
  return true;
}

/** 5: a terminal state is left only by U6 or U7, as an event. */
function leavesAnEndOnlyOnPurpose(before: RunState | null, decision: Decision): void {
  if (!before || before.endedAt === null || decision.state?.endedAt !== null) return;
  if (decision.transitions.some((t) => t.type === "UnwindStarted" || t.type === "RunReopened")) return;
  throw new Error("I5: an ended run came back by itself");
}

/** 6: deciding the same event twice changes nothing. Operations are told apart by their id, before they come here. */
function changesNothingTwice(saga: Saga, state: RunState, event: RunEvent): void {
  if (event.type === "OperationRequested" || event.type === "RunRequested") return;
  if (event.type === "ReplyReceived" && event.attempt === undefined) return;
  const again = decide(saga, state, event);
  if (again.transitions.length > 0)
    throw new Error(`I6: ${event.type} twice gave ${again.transitions.map((t) => t.type).join(", ")}`);
}

/** 7: a run that is not ended has a reply or a time to wait for, or a person who must act. */
function isNeverForgotten(state: RunState): void {
  if (state.endedAt !== null || state.paused || nextWakeButDeadline(state) !== null) return;
  if (state.attention.length === 0) throw new Error(`I7: nobody looks at a run that is ${state.state}`);
}

function nextWakeButDeadline(state: RunState): number | null {
  return nextWake({ ...state, deadlineAt: null });
}

function asksOnceForEachIntent(decision: Decision): void {
  const keys = decision.commands.flatMap((c) => (c.type === "InvokeCommand" ? [`${c.key}#${c.attempt}`] : []));
  if (new Set(keys).size !== keys.length) throw new Error("A call was asked for twice");
}

function stepIn(saga: Saga, state: RunState, id: string): StepState {
  return state.steps[saga.indexOf.get(id) ?? -1] as StepState;
}
