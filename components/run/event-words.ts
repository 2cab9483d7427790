import { reasonText } from "@/components/attention/reasons";
import { carrierOf } from "@/components/canvas/awaited-delivery";
import { formatDateTime, formatDuration, plural, shortId } from "@/components/ui/format";
import { assertNever, isJsonObject, type Json } from "@/engine/json";
import type { LeftOut, Operation, ParentAsk, ToldEvent } from "@/engine/run/event";
import type { StepError } from "@/engine/run/state";
import type { LogEntry, Transition } from "@/engine/run/transition";
import { operationLooks } from "./operation-looks";
import { causeWords, generationWords } from "./plain-words";
import { type Sending, unsentWords } from "./sendings";

/** An event as people read it: what happened, and why where the log knows. */
export type EventWords = { readonly what: string; readonly why: string | null };

type Context = {
  readonly titleOf: (step: string) => string;
  readonly at: number;
  /** The decision ended the run by hand: what its log calls an unwind undoes nothing. */
  readonly terminated: boolean;
  /** Undone after its undo had failed, or its run had ended; or what opened the run again for that. */
  readonly isLate?: boolean;
  /** Of an attempt that begins: whether it left. */
  readonly sending?: Sending | undefined;
  /** A person edited the input of the step that it is about. */
  readonly isEdited?: boolean;
  /** The event with which the decision began. */
  readonly event?: Pick<ToldEvent, "type" | "source"> | null;
  /** Of a choreography. */
  readonly choreography?: ChoreographyWords | null;
};

export type ChoreographyWords = {
  /** The type of the event with that number, and what a reaction is called. */
  readonly eventOf: (event: number) => string | null;
  readonly reactionOf: (reaction: string) => string;
  /** It is only watched: nothing is sent from here. */
  readonly observed: boolean;
};

/** Whether a decision ended the run by hand. */
export const isTermination = ({ transitions }: LogEntry) =>
  transitions.some((t) => t.type === "OperationAccepted" && t.operation.operation === "terminate");

/** One transition in words. */
export function eventWords(t: Transition, context: Context): EventWords {
  const { titleOf, at, terminated, isLate = false, isEdited = false, event = null, choreography = null } = context;
  const { sent, unsentBefore } = context.sending ?? { sent: true, unsentBefore: 0 };
  const say = (what: string, why: string | null = null): EventWords => ({ what, why });
  const title = nameOf(t, titleOf);
  switch (t.type) {
    case "RunStarted":
      return say("Run started", t.restartOf ? `again, after run ${shortId(t.restartOf)}` : parentWords(t.parent));
    case "StepStarted":
      if (choreography?.observed) return say(`${title}: its service is to do this by itself`);
      if (!sent) return say(`${title}: tried to send it`, startWords(t, isEdited));
      return say(`${title}: attempt ${t.attempt} sent`, joined(startWords(t, isEdited), unsentWords(unsentBefore)));
    case "StepWaits":
      return say(`${title}: waits`, dueWords(t.dueAt, at));
    case "ItemsListed":
      return say(`${title}: ${plural(t.items.length, "item")} to go through`);
    case "CallAccepted":
      if (t.timeoutAt !== undefined) return say(`${title}: ${awaitedWords(t.half)}`, dueWords(t.timeoutAt, at));
      return say(`${title}: ${acceptedWords[t.half]}`, t.child ? `run ${shortId(t.child)} is under way` : null);
    case "ProbeStarted":
      if (!sent) return say(`${title}: tried to ask whether it happened`);
      return say(`${title}: asked whether it happened`, t.after ? errorWords(t.after.error) : `attempt ${t.attempt}`);
    case "ProbeRetryScheduled":
      if (t.after)
        return say(`${title}: to be asked whether it happened, once the run is resumed`, errorWords(t.error));
      if (t.undelivered) return say(`${title}: ${heldWords(t.error)}`, againWords(t, at));
      return say(`${title}: the question whether it happened went unanswered`, retryWords(t, at));
    case "StepCompleted":
      return say(`${title}: completed`, completedWords(t));
    case "StepRetryScheduled":
      if (t.undelivered) return say(`${title}: ${heldWords(t.error)}`, againWords(t, at));
      return say(`${title}: attempt ${t.attempt} ${t.unsettled ? "ended unknown" : "failed"}`, retryWords(t, at));
    case "StepFailed":
      return say(`${title}: ${t.effect === "unknown" ? "failed, outcome unknown" : "failed"}`, errorWords(t.error));
    case "StepSkipped":
      return say(`${title}: skipped`, t.by === "operator" ? "by hand" : "its path was not taken");
    case "StepOutcomeSettled":
      return say(`${title}: ${t.effect === "none" ? "did not happen after all" : "happened after all"}`);
    case "ChildResidueReported":
      return t.residue.length === 0
        ? say(`${title}: its run leaves nothing standing`)
        : say(`${title}: its run leaves something standing`, t.residue.join(", "));
    case "EdgesPassed":
      return say(`${title}: goes on`);
    case "EdgesFailed":
      return say(`${title}: a condition behind it could not be evaluated`, errorWords(t.error));
    case "UnwindRequested":
      return say("Stop requested; waits for the pivot in flight", causeWords(t.cause));
    case "UnwindWithdrawn":
      return say("Stop withdrawn; the pivot was passed", causeWords(t.cause));
    case "UnwindStarted":
      if (terminated) return say("Ended by a person", "nothing is undone");
      if (isLate) return say("Opened again after its end, to undo what was left", event && `on ${event.type}`);
      return say("Unwind began", joined(t.error ? errorWords(t.error) : causeWords(t.cause), limitsOf(t, titleOf)));
    case "UnwindContinued":
      return say("Unwind goes on", limitsOf(t, titleOf) ?? "everything else is undone");
    case "CompensationStarted":
      if (choreography?.observed) return say(`${title}: undo ${t.order} is to be done by its service`);
      if (!sent) return say(`${title}: tried to send undo ${t.order}`, startWords(t, isEdited));
      return say(
        `${title}: undo ${t.order} sent, attempt ${t.attempt}`,
        joined(startWords(t, isEdited), unsentWords(unsentBefore)),
      );
    case "CompensationRetryScheduled":
      if (t.undelivered) return say(`${title}: undo ${heldWords(t.error)}`, againWords(t, at));
      return say(`${title}: undo attempt ${t.attempt} ${t.unsettled ? "ended unknown" : "failed"}`, retryWords(t, at));
    case "CompensationCompleted":
      if (isLate) return say(`${title}: undone late`, event && `by ${event.type} from ${event.source}`);
      return say(`${title}: undone`, t.evidence ? `by hand: ${t.evidence}` : null);
    case "CompensationFailed":
      return say(`${title}: undo failed`, errorWords(t.error));
    case "AttentionRaised":
      return say(`Needs attention: ${title || "the run"}`, reasonText(t.reason).word);
    case "AttentionCleared":
      return say(`Attention cleared: ${title || "the run"}`, `it said “${reasonText(t.reason).word}”`);
    case "LateReplyRecorded":
      return say(`${title}: a reply came too late to change anything`, t.error ? errorWords(t.error) : null);
    case "ReplyIgnored":
      return say(`${title}: a reply changed nothing`, ignoredWords[t.why]);
    case "SignalReceived":
      return say(`Signal ${t.signal} received`, dataWords(t.data));
    case "SignalRefused":
      return say(`Signal ${t.signal} refused`, t.detail);
    case "ApprovalDecided":
      return say(`${title}: ${t.decision === "approve" ? "approved" : "rejected"}`, t.comment || dataWords(t.form));
    case "DecisionRefused":
      return say(`${title}: a decision was refused`, t.detail);
    case "ParentAsked":
      return say(askWords[t.ask]);
    case "EventHeard":
      return say(
        `Event ${t.event.type}${t.unexpected ? ", not expected" : ""}`,
        joined(t.by ? "said here" : `from ${t.event.source}`, dataWords(t.event.data)),
      );
    case "ReactionFired":
      return firedWords(t, title, choreography);
    case "EventExplained":
      return say(`${choreography?.eventOf(t.event) ?? "An event"} came too early, and is accounted for now`);
    case "EndHeard":
      return say(`The end was heard: ${t.as === "completed" ? "completed" : "failed"}`, t.event);
    case "RunPaused":
      return say("Run paused");
    case "RunResumed":
      return say("Run resumed");
    case "RunReopened":
      return say("Run reopened", title);
    case "RunCompleted":
      return say("Run completed");
    case "RunFailed":
      return say(`Run failed: ${rollbackWords[t.rollback]}`);
    case "OperationAccepted":
      if (t.operation.operation === "note") return say("Note", t.operation.reason || null);
      return say(`Asked: ${operationWords(t.operation, titleOf)}`, askedWords(t.operation));
    case "OperationRefused":
      return say(`Refused: ${operationWords(t.operation, titleOf)}`, t.detail);
    default:
      return assertNever(t);
  }
}

function firedWords(
  { half, event, reaction }: Extract<Transition, { type: "ReactionFired" }>,
  title: string,
  choreography: ChoreographyWords | null,
): EventWords {
  const on = choreography?.eventOf(event) ?? null;
  if (half === "action") return { what: `${title}: reacts`, why: on && `to ${on}` };
  return {
    what: `${title}: is to be undone`,
    why: joined(on && `on ${on}`, choreography && `by ${choreography.reactionOf(reaction)}`),
  };
}

const awaitedWords = (half: Extract<Transition, { type: "CallAccepted" }>["half"]) =>
  half === "action" ? "its event is waited for" : "the event that says that it is undone is waited for";

/** What a transition is about: a step by its title, with the item that is meant; empty for the run as a whole. */
function nameOf(t: Transition, titleOf: Context["titleOf"]): string {
  if (!("step" in t) || !t.step) return "";
  return withItem(titleOf(t.step), "item" in t ? t.item : undefined);
}

const withItem = (title: string, item: number | undefined) => (item === undefined ? title : `${title}, item ${item}`);

const rollbackWords = {
  clean: "rolled back clean",
  incomplete: "rollback incomplete",
  nothing_to_undo: "nothing to undo",
} as const;

const acceptedWords = {
  action: "taken by the service, its reply comes later",
  compensation: "the undo was taken by the service, its reply comes later",
  probe: "the question was taken by the service, its answer comes later",
} as const;

const ignoredWords = {
  not_called: "it answers a call that was not made",
  other_generation: "it answers an earlier request",
  no_such_item: "it names no item that could be meant",
  duplicate: "the same had been said before",
  late: "its attempt had ended, and it says nothing new",
} as const satisfies Record<Extract<Transition, { type: "ReplyIgnored" }>["why"], string>;

const askWords = {
  cancel: "The parent run asks this one to stop",
  undo: "The parent run asks this one to be undone",
  terminate: "The parent run was ended by hand, and this one with it",
  pause: "The parent run was paused, and this one with it",
  resume: "The parent run goes on, and this one with it",
} as const satisfies Record<ParentAsk, string>;

const parentWords = (parent: { readonly run: string } | null) => parent && `as a step of run ${shortId(parent.run)}`;

const dueWords = (dueAt: number | null, at: number) =>
  dueAt === null ? "for as long as it takes" : `until ${formatDateTime(dueAt)}, ${formatDuration(dueAt - at)} at most`;

type Limits = { readonly downTo?: string; readonly leaveOut?: readonly LeftOut[] };

/** Where an unwind stops, and what it leaves out for which reason. */
function limitsOf({ downTo, leaveOut = [] }: Limits, titleOf: Context["titleOf"]): string | null {
  const left = leaveOut.map(({ step, reason }) => `leaves out ${titleOf(step)}: ${reason}`);
  return joined(downTo === undefined ? null : `down to ${titleOf(downTo)}, which stays`, ...left);
}

const joined = (...parts: readonly (string | null | false | undefined)[]) => parts.filter(Boolean).join("; ") || null;

/** An operation by its name on the buttons, and what it is about. */
function operationWords({ operation, step, item }: Operation, titleOf: Context["titleOf"]): string {
  const verb = operationLooks[operation].verb.toLowerCase();
  return step === undefined ? verb : `${verb}, ${withItem(titleOf(step), item)}`;
}

/** Why a person asked, and what they changed by it; where an unwind stops is told where it begins. */
function askedWords({ operation, reason, input, result, effect }: Operation): string | null {
  if (operation === "startAgain")
    return joined(reason, input !== undefined && "with edited data", startedWords(result));
  return joined(
    reason,
    input !== undefined && "with an edited input",
    result !== undefined && result !== null && "with a result given by hand",
    effect && (effect === "none" ? "it did not happen" : "nobody knows whether it happened"),
  );
}

/** The log of the run that is started again says which one the new one is. */
export const startedRun = (result: Json | undefined): string | null =>
  isJsonObject(result) && typeof result.run === "string" ? result.run : null;

function startedWords(result: Json | undefined): string | null {
  const run = startedRun(result);
  return run && `as run ${shortId(run)}`;
}

const LONGEST_DATA = 80;

/** Data that came along, as far as it fits on a line. */
function dataWords(data: Json): string | null {
  if (data === null) return null;
  const text = JSON.stringify(data);
  return text.length > LONGEST_DATA ? `${text.slice(0, LONGEST_DATA)}…` : text;
}

/** An error as its code and what was said of it. */
export const errorWords = (error: { readonly code: string; readonly message: string }) =>
  error.message && error.message !== error.code ? `${error.code}: ${error.message}` : error.code;

const retryWords = (
  t: { readonly error: { readonly code: string; readonly message: string }; readonly retryAt: number },
  at: number,
) => `${errorWords(t.error)}; next attempt after ${formatDuration(t.retryAt - at)}`;

const heldWords = (error: StepError) => `not sent, waits for ${carrierOf(error) ?? "a way to the service"}`;

const againWords = ({ retryAt }: { readonly retryAt: number }, at: number) =>
  `no attempt is spent; sent again after ${formatDuration(retryAt - at)}`;

type Started = { readonly attempt: number; readonly generation: number; readonly fresh?: true };

const startWords = ({ attempt, generation, fresh }: Started, isEdited: boolean) =>
  joined(fresh && "retried by hand", attempt === 1 && generationWords(generation, isEdited));

function completedWords({ by, signal }: Extract<Transition, { type: "StepCompleted" }>): string | null {
  if (by === "operator") return "by hand";
  if (by === "late_reply") return "by a late reply";
  if (by === "probe") return "the service says that it happened";
  return signal === undefined ? null : "by a signal that had come";
}
