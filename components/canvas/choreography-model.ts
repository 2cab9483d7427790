import { bringsAbout, eventsOf, failuresOf, reactsTo } from "@/engine/choreography/events";
import { defaultRetry } from "@/engine/definition/defaults";
import type { ReactionDocument, SagaDocument } from "@/engine/definition/document";
import type { StepClass } from "@/engine/definition/saga";
import {
  type CanvasEdge,
  type CanvasModel,
  type CanvasStep,
  type EdgeEvent,
  push,
  shortCommand,
  stepTitle,
  type Terminal,
} from "./canvas-model";
import { durationWords } from "./when-words";

/**
 * A choreography as the canvas sees it: a card for each reaction that does something, with the reactions that undo it as
 * its lower half; an edge for the events that lead from one card to another; and a small card for each event that begins
 * or ends a run, or that comes from outside.
 */
export function readChoreography(document: SagaDocument): CanvasModel {
  const cards = cardsOf(document);
  const steps = cards.map((card) => toStep(card, document));
  const terminals = terminalsOf(document);
  const edges = edgesBetween(cards, terminals, document);
  const incoming = new Map<string, CanvasEdge[]>();
  const outgoing = new Map<string, CanvasEdge[]>();
  for (const edge of edges) {
    if (edge.undo || edge.source === edge.target) continue;
    push(outgoing, edge.source, edge);
    push(incoming, edge.target, edge);
  }
  const stepOf = new Map(steps.map((step) => [step.id, step]));
  return { steps, terminals, edges, stepOf, incoming, outgoing, undoOrder: "graph" };
}

/** A reaction that does something, and those that undo it. */
export type ReactionCard = { readonly does: ReactionDocument; readonly undoes: readonly ReactionDocument[] };

/** What undoes nothing that there is stands for itself, so that a draft hides nothing. */
export function cardsOf({ reactions = [] }: Pick<SagaDocument, "reactions">): readonly ReactionCard[] {
  const acting = new Set(reactions.flatMap((r) => (r.undoes === undefined ? [r.id] : [])));
  return reactions
    .filter((r) => r.undoes === undefined || !acting.has(r.undoes))
    .map((does) => ({ does, undoes: acting.has(does.id) ? reactions.filter((r) => r.undoes === does.id) : [] }));
}

function toStep({ does, undoes }: ReactionCard, document: SagaDocument): CanvasStep {
  const [undo] = undoes;
  return {
    id: does.id,
    title: stepTitle(does),
    kind: "reaction",
    class: classOf(does, undo),
    classSaid: does.class !== undefined || (does.send === undefined && does.emit !== undefined),
    about: {
      command: does.emit === undefined ? (does.send ?? null) : `says ${does.emit}`,
      words: does.repeat ? "each time" : null,
      time: does.within === undefined ? null : `within ${durationWords(does.within)}`,
    },
    undoneBy: undo ? "command" : null,
    undo: undo ? undoName(undo) : null,
    attempts:
      does.send === undefined || document.mode === "observe"
        ? null
        : (does.retry?.attempts ?? defaultRetry.action.attempts),
    undoAttempts: undo?.retry?.attempts ?? defaultRetry.compensation.attempts,
    compensateSelf: "ifUnknown",
    events: {
      on: reactsTo(does),
      expects: does.expect ?? (document.mode === "observe" && does.emit !== undefined ? [does.emit] : []),
      undoOn: [...new Set(undoes.flatMap(reactsTo))],
      undoExpects: undo?.expect ?? [],
    },
  };
}

/** As the engine assumes it where a reaction says none. */
function classOf(does: ReactionDocument, undo: ReactionDocument | undefined): StepClass {
  if (does.class) return does.class;
  if (undo) return "compensable";
  const changes = does.emit === undefined && (does.send !== undefined || does.expect !== undefined);
  return changes ? "irreversible" : "readonly";
}

const undoName = ({ send, emit }: ReactionDocument) =>
  emit === undefined ? shortCommand(send ?? "") || "no command yet" : `says ${emit}`;

/** An event's own card, which names it itself. No id of a reaction holds a colon. */
export const terminalId = (event: string) => `event:${event}`;
export const isTerminal = (id: string) => id.startsWith(terminalId(""));

/** All that an edge brings says that something did not happen. */
export const tellsFailure = ({ events }: { readonly events: readonly EdgeEvent[] }) =>
  events.length > 0 && events.every(({ fails }) => fails);

function terminalsOf(document: SagaDocument): readonly Terminal[] {
  const { starts, ends, reactions = [] } = document;
  const ending = new Map([
    ...(ends?.completed ?? []).map((event) => [event, "completed"] as const),
    ...(ends?.failed ?? []).map((event) => [event, "failed"] as const),
  ]);
  const said = new Set(reactions.flatMap(bringsAbout));
  return [...eventsOf(document)].flatMap((event): Terminal[] => {
    const role = event === starts ? "start" : (ending.get(event) ?? (said.has(event) ? null : "outside"));
    return role === null || event === "" ? [] : [{ id: terminalId(event), event, role }];
  });
}

/** Every event that says that something did not happen, or that the run failed. */
export function failureEvents(document: SagaDocument): ReadonlySet<string> {
  const { reactions = [], ends } = document;
  return new Set([...(ends?.failed ?? []), ...reactions.flatMap((r) => failuresOf(r, document))]);
}

type Hearer = { readonly card: string; readonly undo: boolean };

function edgesBetween(cards: readonly ReactionCard[], terminals: readonly Terminal[], document: SagaDocument) {
  const failures = failureEvents(document);
  const hearers = hearersOf(cards);
  const edges = new Map<string, { source: string; target: string; undo: boolean; events: EdgeEvent[] }>();
  const join = (source: string, target: string, undo: boolean, type: string) => {
    const id = `${source}->${target}${undo ? ":undo" : ""}`;
    const edge = edges.get(id) ?? { source, target, undo, events: [] };
    edges.set(id, edge);
    if (!edge.events.some((event) => event.type === type)) edge.events.push({ type, fails: failures.has(type) });
  };
  const ends = new Set(terminals.filter(({ role }) => role === "completed" || role === "failed").map((t) => t.event));
  for (const { does, undoes } of cards)
    for (const type of [does, ...undoes].flatMap(bringsAbout)) {
      for (const { card, undo } of hearers.get(type) ?? []) join(does.id, card, undo, type);
      if (ends.has(type)) join(does.id, terminalId(type), false, type);
    }
  for (const { id, event, role } of terminals)
    if (role === "start" || role === "outside")
      for (const { card, undo } of hearers.get(event) ?? []) join(id, card, undo, event);
  return [...edges].map(([id, edge], index): CanvasEdge => ({ id, label: null, turn: null, index, ...edge }));
}

function hearersOf(cards: readonly ReactionCard[]): ReadonlyMap<string, readonly Hearer[]> {
  const hearers = new Map<string, Hearer[]>();
  for (const { does, undoes } of cards) {
    for (const type of reactsTo(does)) push(hearers, type, { card: does.id, undo: false });
    for (const type of new Set(undoes.flatMap(reactsTo))) push(hearers, type, { card: does.id, undo: true });
  }
  return hearers;
}
