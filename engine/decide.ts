/**
 * decide: the heart of Saga Studio. Given a saga, what is known of a run, and something that happened, it says what
 * that means: transitions for the log, and commands for the shell to perform once the log has them.
 *
 * It owns every rule of what a saga means (engine.md sections 3 to 6). It does not own time, chance, identity or I/O:
 * times, ids and results arrive in the event, jitter is a hash, and the same code runs in the server, in the browser
 * and in tests.
 *
 * D1 It is pure: same saga, state and event, same answer. Deciding the same event twice changes nothing.
 * D2 Unknown, late and duplicate events are answers, not exceptions: they decide to nothing.
 * D3 Every intent to call a service is a transition first; the command repeats it.
 * D4 `state` in the answer is what `evolve` makes of the transitions, nothing else.
 */

import { callAccepted } from "./accepted";
import { askedByParent } from "./asked-by-parent";
import { goOn } from "./choreography/advance";
import { happenUnconducted } from "./choreography/decide";
import { hear } from "./choreography/hear";
import { type Begun, startOfChoreography } from "./choreography/start";
import { commandsOf, openCommands } from "./commands";
import type { Saga } from "./definition/saga";
import { Draft } from "./draft";
import { evolve } from "./evolve";
import { sharingBudget } from "./expression/expression";
import { goForward } from "./forward";
import { assertNever } from "./json";
import { operate } from "./operations/operate";
import { receiveReply } from "./replies";
import { isLogFull, isPivotUndecided, lastPivot } from "./rules";
import type { Decision, InvokeCommand, Refusal, StartChild } from "./run/command";
import type { RunEvent } from "./run/event";
import { isEnded, type RunCause, type RunState } from "./run/state";
import type { Transition } from "./run/transition";
import { receiveDecision, receiveSignal } from "./signals";
import { startOf } from "./start";
import { loseReplies, passTime } from "./time";
import { beginUnwind, goBack } from "./unwind";

type Later = Exclude<RunEvent, { type: "RunRequested" }>;

/** What `event` means to the run in `state`; null before it has started. */
export function decide(saga: Saga, state: RunState | null, event: RunEvent): Decision {
  return sharingBudget(() => decideEvent(saga, state, event));
}

function decideEvent(saga: Saga, state: RunState | null, event: RunEvent): Decision {
  if (event.type === "RunRequested") return state === null ? start(saga, event) : nothing(state);
  if (state === null) return { transitions: [], commands: [], state: null };
  const draft = new Draft(saga, state, event.at);
  const refused = saga.choreography ? happenUnconducted(draft, event) : happen(draft, event);
  if (refused) return refusal(draft, event, refused);
  advance(draft);
  return decision(draft, state, event.type === "RunTakenOver" ? resentBy(draft, state) : []);
}

/**
 * What a new owner sends again: what was open before and still is, said as it is now, so that a child is only looked for
 * once the run unwinds. A paused run sends nothing, but a child's beginning has no time-out to settle it.
 */
function resentBy({ saga, state }: Draft, before: RunState): Decision["commands"] {
  const open = openCommands(saga, state).filter((c) => c.type === "StartChild" || !before.paused);
  return open.filter((c) => wasOpen(saga, before, c));
}

function wasOpen(saga: Saga, before: RunState, command: InvokeCommand | StartChild): boolean {
  const [item, part] = command.type === "StartChild" ? [undefined, "action" as const] : [command.item, command.half];
  const s = before.steps[saga.indexOf.get(command.step) ?? -1];
  const w = item === undefined ? s : s?.items?.[item];
  const half = part === "action" ? w?.action : part === "probe" ? w?.probe : w?.undo;
  return half?.open != null && half.attempt === command.attempt;
}

function start(saga: Saga, event: Extract<RunEvent, { type: "RunRequested" }>): Decision {
  const begun: Begun = saga.choreography ? startOfChoreography(saga, event) : startOf(saga, event);
  if (!begun.ok) return { transitions: [], commands: [], state: null, refused: begun.refused };
  const draft = new Draft(saga, evolve(saga, null, begun.started, event.at), event.at);
  draft.transitions.push(begun.started);
  if (begun.event) hear(draft, begun.event);
  if (!begun.event || !event.unowned) advance(draft);
  return decision(draft, null, []);
}

function happen(draft: Draft, event: Later): Refusal | null {
  switch (event.type) {
    case "ReplyReceived":
      receiveReply(draft, event);
      return null;
    case "TimePassed":
      passTime(draft);
      return null;
    case "RunTakenOver":
      passTime(draft);
      // What passed meanwhile may begin the unwind, and then the replies are lost (U1).
      advance(draft);
      loseReplies(draft);
      return null;
    case "CallAccepted":
      callAccepted(draft, event);
      return null;
    case "EventTold":
      // A run that is conducted hears of nothing but replies.
      return null;
    case "SignalReceived":
      return receiveSignal(draft, event);
    case "DecisionReceived":
      return receiveDecision(draft, event);
    case "ParentAsked":
      askedByParent(draft, event.ask, event.generation);
      return null;
    case "OperationRequested":
      return operationRequested(draft, event);
    default:
      return assertNever(event);
  }
}

function operationRequested(draft: Draft, event: Extract<Later, { type: "OperationRequested" }>): Refusal | null {
  const before = draft.state;
  const { id, operation, person } = event;
  const changes = operation.input !== undefined || operation.result !== undefined;
  draft.record({ type: "OperationAccepted", id, operation, ...(changes ? { person: person ?? null } : {}) });
  // Four-eyes is asked of those who were behind the run before this.
  const refused = operate(draft, operation, { person: person ?? null, persons: before.persons });
  if (refused) draft.state = before;
  return refused;
}

/** After every event: go on as far as the state allows, forward or back. */
function advance(draft: Draft): void {
  if (draft.saga.choreography) return goOn(draft);
  if (isEnded(draft.state)) return;
  if (isLogFull(draft.state) && !(draft.isUnwinding && isHeldForThat(draft.state))) return hold(draft);
  if (draft.state.unwind?.phase === "requested") stopWhenPivotSettled(draft, draft.state.unwind.cause);
  if (!draft.isUnwinding) goForward(draft);
  // A child whose parent already asked for its undo is undone as soon as it is done (U8).
  if (draft.state.state === "completed" && draft.state.parent?.undo != null) beginUnwind(draft, "operator");
  if (draft.isUnwinding) goBack(draft);
}

/** A stop that waited for the pivot is void once the pivot completed, and due once it is known not to have (U5). */
function stopWhenPivotSettled(draft: Draft, cause: RunCause): void {
  if (isPivotUndecided(draft.saga, draft.state)) return;
  // An earlier pivot may be long past: whoever insisted then waits for the one that was in flight.
  if (lastPivot(draft.saga, draft.state)?.effect === "happened") draft.record({ type: "UnwindWithdrawn", cause });
  else beginUnwind(draft, cause);
}

/** A log that is full takes no further step; a person decides, and may have it undone. */
function hold(draft: Draft): void {
  if (isHeldForThat(draft.state)) return;
  draft.record({ type: "RunPaused" });
  draft.record({ type: "AttentionRaised", reason: "log_full", step: null });
}

function isHeldForThat({ attention }: RunState): boolean {
  return attention.some((a) => a.reason === "log_full");
}

function decision(draft: Draft, before: RunState | null, resent: Decision["commands"]): Decision {
  const { saga, transitions } = draft;
  if (transitions.length === 0) return { transitions, commands: resent, state: before };
  const state = { ...draft.state, seq: (before?.seq ?? 0) + 1 };
  return { transitions, commands: [...resent, ...commandsOf(saga, before, state, transitions)], state };
}

/** What is refused is logged, so that whoever asked finds the answer, and changes nothing else. */
function refusal(draft: Draft, event: Later, refused: Refusal): Decision {
  const transition = refusalOf(event, refused);
  const { seq } = draft.state;
  const unchanged = evolve(draft.saga, draft.state, transition, event.at);
  return { transitions: [transition], commands: [], state: { ...unchanged, seq: seq + 1 }, refused };
}

function refusalOf(event: Later, { code, detail }: Refusal): Transition {
  switch (event.type) {
    case "OperationRequested":
      return { type: "OperationRefused", id: event.id, operation: event.operation, code, detail };
    case "SignalReceived":
      return { type: "SignalRefused", id: event.id, signal: event.signal, code, detail };
    case "DecisionReceived":
      return { type: "DecisionRefused", id: event.id, step: event.step, code, detail };
    default:
      throw new Error(`${event.type} is never refused`);
  }
}

function nothing(state: RunState): Decision {
  return { transitions: [], commands: [], state };
}
