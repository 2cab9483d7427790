/** What a person may do to a run that nobody conducts. One that is only watched can be told what is known, no more. */
import type { Draft, Place } from "../draft";
import { operate } from "../operations/operate";
import { namedStep } from "../operations/stuck";
import { isUndoOwed } from "../rules";
import type { Refusal } from "../run/command";
import type { Operation, OperationName, RunEvent } from "../run/event";
import { isEnded } from "../run/state";
import { clearAttention } from "../undo";
import { say } from "./advance";
import { hear } from "./hear";
import { choreographyOf, firedAt, heardBy, reactionAt } from "./reactions";

type Requested = Extract<RunEvent, { type: "OperationRequested" }>;

const whileWatching: ReadonlySet<OperationName> = new Set(["complete", "fail", "markCompensated", "terminate", "note"]);

export function operateReactions(draft: Draft, { id, operation, person }: Requested): Refusal | null {
  const before = draft.state;
  const changes = operation.input !== undefined || operation.result !== undefined;
  draft.record({ type: "OperationAccepted", id, operation, ...(changes ? { person: person ?? null } : {}) });
  const refused = mayNot(draft, operation) ?? perform(draft, id, operation, person ?? null);
  if (refused) draft.state = before;
  return refused;
}

function mayNot(draft: Draft, { operation, downTo }: Operation): Refusal | null {
  const { mode } = choreographyOf(draft.saga);
  if (mode === "observe" && !whileWatching.has(operation))
    return { code: "only_watched", detail: "Saga Studio only watches this saga; its services act by themselves" };
  if (operation === "retry" && isEnded(draft.state))
    return { code: "run_ended", detail: "The run has ended; start a new one" };
  if (downTo !== undefined)
    return { code: "no_order", detail: "A choreography has no order of steps in which an unwind could stop" };
  return null;
}

function perform(draft: Draft, id: string, operation: Operation, person: string | null): Refusal | null {
  if (operation.operation === "compensate" || operation.operation === "cancel") undoAll(draft, operation.step);
  if (operation.operation === "note") accept(draft);
  const words = whatToSay(draft, operation);
  if (words) return sayByHand(draft, words, operation);
  const refused = operate(draft, operation, { person, persons: draft.state.persons });
  if (refused || choreographyOf(draft.saga).mode === "observe") return refused;
  if (operation.operation === "complete") tell(draft, id, operation, "completed");
  if (operation.operation === "fail" && operation.effect === "none") tell(draft, id, operation, "failed");
  return null;
}

/** Every effect that something undoes (of one step) is to be undone, whether or not the event came that it waits for. */
function undoAll(draft: Draft, step?: string): void {
  const event = heardBy(draft.state).heard.length - 1;
  draft.saga.steps.forEach((spec, index) => {
    if (step !== undefined && spec.id !== step) return;
    const owed = draft.places(index).filter((place) => {
      const w = draft.work(place);
      const isWanted = w.status === "executing" || isUndoOwed(spec, w);
      return isWanted && firedAt(draft.saga, draft.state, place, "compensation") === null;
    });
    const reaction = choreographyOf(draft.saga).reactions.find((r) => r.step === index && r.half === "compensation");
    if (owed.length === 0 || reaction === undefined) return;
    draft.record({ type: "ReactionFired", reaction: reaction.id, event, step: spec.id, half: "compensation" });
  });
}

/** Whoever leaves a note has seen what came unexpected. */
function accept(draft: Draft): void {
  for (const { since: _, ...concern } of draft.state.attention.filter((a) => a.reason === "unexpected_event"))
    draft.record({ type: "AttentionCleared", ...concern });
}

// --------------------------------------------------------------- by hand

/** The reaction that could not say its event, which a person has say it after all. */
function whatToSay(draft: Draft, operation: Operation): Place | null {
  if (operation.operation !== "retry" && operation.operation !== "complete") return null;
  const index = namedStep(draft, operation, (s) => s.status === "failed" && s.handling === "hold");
  if (typeof index !== "number") return null;
  const place = { index, item: operation.item ?? null };
  const reaction = reactionAt(draft.saga, draft.state, place, "action");
  const { status, handling } = draft.step(index);
  const isHeld = status === "failed" && handling === "hold" && draft.state.unwind === null;
  if (choreographyOf(draft.saga).mode === "observe" || reaction?.emit == null || !isHeld) return null;
  return place.item === null || draft.step(index).items?.[place.item] ? place : null;
}

function sayByHand(draft: Draft, place: Place, { operation, result }: Operation): Refusal | null {
  if (operation === "complete" && result === undefined)
    return { code: "result_required", detail: "Say what the event's data are" };
  const reaction = reactionAt(draft.saga, draft.state, place, "action");
  clearAttention(draft, place);
  if (reaction) say(draft, place, reaction, operation === "complete" ? result : undefined);
  return null;
}

/** What a person settles by hand, the reactions behind it hear of as of the event that did not come. */
function tell(draft: Draft, id: string, operation: Operation, as: "completed" | "failed"): void {
  const index = draft.saga.indexOf.get(operation.step ?? "");
  if (index === undefined) return;
  const reaction = reactionAt(draft.saga, draft.state, { index, item: operation.item ?? null }, "action");
  const type = reaction?.expect.find((t) => reaction.fails.includes(t) === (as === "failed"));
  if (!reaction || type === undefined) return;
  const data = as === "completed" ? (operation.result ?? null) : { reason: operation.reason };
  hear(draft, { id, source: "operator", type, data }, { by: reaction.id, answers: null });
}
