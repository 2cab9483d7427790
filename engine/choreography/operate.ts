/** What a person may do to a run that nobody conducts. One that is only watched can be told what is known, no more. */
import type { Draft, Place } from "../draft";
import { operate } from "../operations/operate";
import { namedStep } from "../operations/stuck";
import { isUndoOwed } from "../rules";
import type { Refusal } from "../run/command";
import type { Operation, OperationName, RunEvent } from "../run/event";
import { isEnded } from "../run/state";
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

function mayNot(draft: Draft, asked: Operation): Refusal | null {
  const { operation, downTo } = asked;
  const { mode } = choreographyOf(draft.saga);
  if (mode === "observe" && !whileWatching.has(operation))
    return { code: "only_watched", detail: "Saga Studio only watches this saga; its services act by themselves" };
  if (operation === "retry" && isEnded(draft.state))
    return { code: "run_ended", detail: "The run has ended; start a new one" };
  if (operation === "retry" && callsNobody(draft, asked))
    return { code: "calls_nobody", detail: "This reaction says an event; complete it by hand, with the data to say" };
  if (downTo !== undefined)
    return { code: "no_order", detail: "A choreography has no order of steps in which an unwind could stop" };
  return null;
}

/** What an event's data are worked out of does not change: said again, it would fail again. */
function callsNobody(draft: Draft, operation: Operation): boolean {
  const index = namedStep(draft, operation, ({ status }) => status === "failed");
  return typeof index === "number" && draft.spec(index).action === null;
}

function perform(draft: Draft, id: string, operation: Operation, person: string | null): Refusal | null {
  if (operation.operation === "compensate" || operation.operation === "cancel") undoAll(draft);
  const persons = draft.state.persons;
  const refused = operate(draft, operation, { person, persons });
  if (refused || choreographyOf(draft.saga).mode === "observe") return refused;
  if (operation.operation === "complete") tell(draft, id, operation, "completed");
  if (operation.operation === "fail" && operation.effect === "none") tell(draft, id, operation, "failed");
  return null;
}

/** Every effect that something undoes is to be undone, whether or not the event came that it waits for. */
function undoAll(draft: Draft): void {
  const event = heardBy(draft.state).heard.length - 1;
  draft.saga.steps.forEach((spec, index) => {
    const place: Place = { index, item: null };
    const reaction = reactionAt(draft.saga, draft.state, place, "compensation");
    if (reaction === null || firedAt(draft.saga, draft.state, place, "compensation")) return;
    const owed = draft.places(index).some((p) => {
      const w = draft.work(p);
      return w.status === "executing" || isUndoOwed(spec, w);
    });
    if (!owed) return;
    draft.record({ type: "ReactionFired", reaction: reaction.id, event, step: spec.id, half: "compensation" });
  });
}

/** What a person settles by hand, the reactions behind it hear of as of the event that did not come. */
function tell(draft: Draft, id: string, operation: Operation, as: "completed" | "failed"): void {
  const index = namedStep(draft, operation, () => false);
  const reaction =
    typeof index === "number" ? reactionAt(draft.saga, draft.state, { index, item: null }, "action") : null;
  const expected = reaction?.expect.find((t) => reaction.fails.includes(t) === (as === "failed"));
  const type = expected ?? (as === "completed" ? reaction?.emit : null) ?? null;
  if (reaction === null || type === null) return;
  const data = as === "completed" ? (operation.result ?? null) : { reason: operation.reason };
  hear(draft, { id, source: "operator", type, data }, reaction.id);
}
