import { toCanvasModel } from "@/components/canvas/canvas-model";
import { failureEvents, terminalId } from "@/components/canvas/choreography-model";
import type { Point } from "@/components/canvas/geometry";
import { toast } from "@/components/ui/toaster";
import { bringsAbout, eventsOf, reactsTo } from "@/engine/choreography/events";
import type { SagaDocument } from "@/engine/definition/document";
import type { Spot } from "../canvas/edits";
import { freeId } from "../changes/free-id";
import { newReaction, type ReactionOffer } from "../changes/new-reaction";
import { reactProblem } from "../changes/reaction-changes";
import type { DesignerContextValue } from "./designer-context";

/** What one can do to a choreography beside what one can do to any graph. Where an event is not plain, a person is asked. */
export function reactionEdits(designer: DesignerContextValue) {
  const { document, readOnly, selected, select, change, canvas, setTab, ask } = designer;

  const put = (offer: ReactionOffer, on: readonly string[], from: string | undefined, at: Point | undefined) => {
    const reaction = newReaction(document, offer, on);
    const id = freeId(new Set(document.reactions?.map((one) => one.id)), reaction.id);
    const after = from !== undefined && hasReaction(document, from) ? from : undefined;
    change({
      type: "add-reaction",
      reaction,
      ...(after === undefined ? {} : { after }),
      ...(at === undefined ? {} : { at }),
      pins: canvas.current?.pins() ?? {},
    });
    show(id, "step");
  };
  const show = (id: string, tab: "step" | "compensation") => {
    select([id]);
    setTab(tab);
    canvas.current?.focusStep(id);
  };

  const addUndo = (card: string, offer: ReactionOffer = { does: "undo" }) => {
    if (readOnly || !hasReaction(document, card)) return;
    ask({
      title: `What sets off the undo of ${titleOf(document, card)}?`,
      hint: "The event that says that what was done is to be undone.",
      action: "Add the undo",
      suggestions: failuresFirst(document),
      onAnswer: (event) => {
        change({ type: "add-reaction", reaction: newReaction(document, offer, [event], card) });
        show(card, "compensation");
      },
    });
  };

  return {
    addUndo,
    /** A new reaction: to an event of the card that it is drawn from, or that is chosen; else to the event that begins a run. */
    addReaction: (offer: ReactionOffer, spot: Spot | undefined) => {
      if (readOnly) return;
      const from = spot && "after" in spot ? spot.after : selected.length === 1 ? selected[0] : undefined;
      const at = spot && "at" in spot ? spot.at : undefined;
      if (offer.does === "undo") {
        if (from !== undefined && hasReaction(document, from)) return addUndo(from, offer);
        toast("Choose a reaction first", { description: "An undo belongs to the reaction whose effect it undoes." });
        return;
      }
      const terminal = toCanvasModel(document).terminals.find(({ id }) => id === from);
      if (terminal) return put(offer, [terminal.event], from, at);
      const edge = toCanvasModel(document).edges.find(({ id }) => id === from);
      if (edge?.events[0]) return put(offer, [edge.events[0].type], edge.source, at);
      if (from === undefined || !hasReaction(document, from)) return put(offer, [], undefined, at);
      ask({
        title: `Which event of ${titleOf(document, from)}?`,
        hint: "The new reaction reacts to it. A name that there is not yet becomes a new event of this card.",
        action: "Add the reaction",
        suggestions: eventsOfCard(document, from),
        onAnswer: (event) => put(offer, [event], from, at),
      });
    },
    /** The second card reacts to an event of the first; or the first brings about the event of the second. */
    connect: (from: string, to: string) => {
      if (readOnly || reactProblem(document, from, to) !== null) return;
      const { terminals } = toCanvasModel(document);
      const end = terminals.find(({ id }) => id === to);
      if (end) return change({ type: "say", reaction: from, event: end.event });
      const begin = terminals.find(({ id }) => id === from);
      if (begin) return change({ type: "react-to", reaction: to, event: begin.event });
      const heard = reactsTo(document.reactions?.find(({ id }) => id === to) ?? { on: "" });
      const [only, ...more] = eventsOfCard(document, from).filter((event) => !heard.includes(event));
      if (only !== undefined && more.length === 0) return change({ type: "react-to", reaction: to, event: only, from });
      ask({
        title: `Which event of ${titleOf(document, from)}?`,
        hint: `${titleOf(document, to)} reacts to it. A name that there is not yet becomes a new event.`,
        action: "Join",
        suggestions: only === undefined ? [] : [only, ...more],
        onAnswer: (event) => change({ type: "react-to", reaction: to, event, from }),
      });
    },
  };
}

const hasReaction = ({ reactions = [] }: SagaDocument, id: string) => reactions.some((reaction) => reaction.id === id);

const titleOf = (document: SagaDocument, id: string) => toCanvasModel(document).stepOf.get(id)?.title ?? id;

/** The events that a card, its undo included, brings about; those that go well first. */
function eventsOfCard(document: SagaDocument, card: string): readonly string[] {
  const failures = failureEvents(document);
  const said = (document.reactions ?? [])
    .filter(({ id, undoes }) => id === card || undoes === card)
    .flatMap(bringsAbout)
    .filter((event) => event !== "");
  return [...new Set(said)].sort((a, b) => Number(failures.has(a)) - Number(failures.has(b)));
}

function failuresFirst(document: SagaDocument): readonly string[] {
  const failures = failureEvents(document);
  return [...eventsOf(document)]
    .filter((event) => event !== "" && terminalId(event) !== terminalId(document.starts ?? ""))
    .sort((a, b) => Number(failures.has(b)) - Number(failures.has(a)));
}
