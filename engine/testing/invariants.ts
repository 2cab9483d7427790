/**
 * What must hold of every decision: the invariants of engine.md section 7, by the second opinion that `verify` is, and
 * what only a decision shows: that its state is its log's, its commands are few, and twice is as good as once.
 */
import { decide } from "../decide";
import type { Saga } from "../definition/saga";
import type { Command, Decision } from "../run/command";
import type { RunEvent } from "../run/event";
import { type HalfState, isEnded, type RunState, unitsOf } from "../run/state";
import { Verifier } from "../verify";
import { nextWake } from "../wake";

export type Happened = {
  readonly saga: Saga;
  readonly before: RunState | null;
  readonly event: RunEvent;
  readonly decision: Decision;
};

/** Throws with the rule's name. `verifier`: one that has seen the log so far; else what came before is taken for good. */
export function checkDecision(happened: Happened, verifier?: Verifier): void {
  const { saga, before, event, decision } = happened;
  refusesWithoutChange(before, decision);
  verified(happened, verifier ?? new Verifier(saga, before));
  if (decision.state === null || decision.refused) return;
  sendsLittle(happened);
  wakesInTime(decision.state);
  changesNothingTwice(saga, decision.state, event);
}

/** 1: fold(log) = state; and every rule that verify knows. */
function verified({ event, decision }: Happened, verifier: Verifier): void {
  if (decision.transitions.length === 0 || decision.state === null) return;
  const { seq } = decision.state;
  verifier.add({ seq, at: event.at, actor: null, transitions: decision.transitions });
  verifier.rest();
  const [found] = verifier.violations;
  if (found) throw new Error(`${found.invariant === null ? "Rule" : `I${found.invariant}`}: ${found.sentence}`);
  if (!isSame(verifier.state, decision.state)) throw new Error("I1: fold(log) differs from the state");
}

/** Alike as JSON: what is undefined is not there. What both share is not looked into. */
export function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [mine, theirs] = [a as Record<string, unknown>, b as Record<string, unknown>];
  for (const key in mine) if (!isSame(mine[key], theirs[key])) return false;
  for (const key in theirs) if (theirs[key] !== undefined && mine[key] === undefined) return false;
  return true;
}

/** What is refused leaves no trace but that. */
function refusesWithoutChange(before: RunState | null, { refused, transitions, commands, state }: Decision): void {
  if (!refused) return;
  if (commands.length > 0 || transitions.length > 1) throw new Error("A refusal does something");
  if (state && before && !isSame({ ...state, seq: 0, updatedAt: 0 }, { ...before, seq: 0, updatedAt: 0 }))
    throw new Error("A refusal changes the run");
}

/** 2 as commands; nothing of a paused run or of one that has ended; each intent once. */
function sendsLittle({ saga, before, event, decision: { commands, state } }: Happened): void {
  const calls = commands.filter((c) => c.type === "InvokeCommand" || c.type === "StartChild");
  // What an event sets off beside a failed end is of the same commit (C1); verify sees what comes after it.
  if (state?.unwind?.phase === "running" && saga.choreography === null && calls.some(isForward))
    throw new Error("I2: a forward command in an unwind");
  if (state && isEnded(state) && calls.length > 0) throw new Error("I5: a command of a run that has ended");
  if (before?.paused && state?.paused && calls.some((c) => c.type === "InvokeCommand"))
    throw new Error(`A call of a paused run, after ${event.type}`);
  const keys = calls.map((c) => (c.type === "StartChild" ? c.child : `${c.half} ${c.key}#${c.attempt}`));
  if (new Set(keys).size !== keys.length) throw new Error("A call was asked for twice");
}

function isForward(command: Command): boolean {
  return command.type === "InvokeCommand" ? command.half === "action" : command.type === "StartChild" && !command.find;
}

/** 7: whatever is due by itself has the run looked at by then. */
function wakesInTime(state: RunState): void {
  if (isEnded(state)) return;
  const dues = state.steps.flatMap((s) => [
    s.waiting?.dueAt ?? null,
    ...unitsOf(s).flatMap((w) => [w.action, w.undo, w.probe].map((half) => dueOf(half, state.paused))),
  ]);
  const due = Math.min(...dues.map((at) => at ?? Number.POSITIVE_INFINITY));
  if (due < (nextWake(state) ?? Number.POSITIVE_INFINITY)) throw new Error("I7: something is due, and nobody looks");
}

function dueOf(half: HalfState | null, isPaused: boolean): number | null {
  if (half?.open) return half.open.timeoutAt;
  return isPaused ? null : (half?.retryAt ?? null);
}

/** 6: deciding the same event twice changes nothing. What people and systems say is told apart before it comes here. */
function changesNothingTwice(saga: Saga, state: RunState, event: RunEvent): void {
  if (saysWhoSaysIt(event)) return;
  if (event.type === "ReplyReceived" && event.attempt === undefined && event.residue === undefined) return;
  const again = decide(saga, state, event).transitions.filter((t) => t.type !== "ReplyIgnored");
  if (again.length > 0) throw new Error(`I6: ${event.type} twice gave ${again.map((t) => t.type).join(", ")}`);
}

function saysWhoSaysIt({ type }: RunEvent): boolean {
  return type === "OperationRequested" || type === "SignalReceived" || type === "DecisionReceived";
}
