import { toCanvasModel } from "@/components/canvas/canvas-model";
import { isTerminal, terminalId } from "@/components/canvas/choreography-model";
import { cardSize, columnGap, freeSpot, GAP, type Point, TERMINAL, TIGHT } from "@/components/canvas/geometry";
import { bringsAbout, reactsTo } from "@/engine/choreography/events";
import type { ReactionDocument, SagaDocument } from "@/engine/definition/document";
import type { Json } from "@/engine/json";
import type { Change, Layout } from "./change";
import { freeId } from "./free-id";
import { cardIds, pinned } from "./pin";
import { withField } from "./set-field";

type Of<Type extends Change["type"]> = Extract<Change, { type: Type }>;

const CARD = cardSize("reaction");

/** Adds a reaction beside the card whose event it reacts to. Its id gives way when it is taken. */
export function addReaction(document: SagaDocument, { reaction, after, at, pins }: Of<"add-reaction">): SagaDocument {
  const before = document.reactions ?? [];
  const added = { ...reaction, id: freeId(new Set(before.map(({ id }) => id)), reaction.id) };
  const said = after === undefined ? document : saying(document, after, reactsTo(reaction)[0]);
  const reactions = said.reactions ?? [];
  const beside = reactions.findLastIndex(({ id, undoes }) => [id, undoes].includes(reaction.undoes ?? after ?? ""));
  const grown = {
    ...said,
    reactions: beside < 0 ? [...reactions, added] : reactions.toSpliced(beside + 1, 0, added),
  };
  // What undoes another has no card of its own: nothing moves.
  if (reaction.undoes !== undefined) return grown;
  const layout: Layout = { ...pins, ...document.layout };
  const wish =
    at ?? besideOf(layout, after ?? terminalId(reactsTo(reaction)[0] ?? ""), columnGap(toCanvasModel(grown)));
  if (!wish) return grown;
  const taken = new Map(cardIds(document).flatMap((id) => (layout[id] ? [[id, layout[id]] as const] : [])));
  return pinned(grown, { ...layout, [added.id]: freeSpot(wish, taken, CARD) });
}

/** Right of the card whose event it hears, on one line with it; else below all. */
function besideOf(layout: Layout, heard: string, gap: number): Point | null {
  const left = layout[heard];
  if (left && isTerminal(heard))
    return { x: left.x + TERMINAL.width + TIGHT, y: left.y - (CARD.height - TERMINAL.height) / 2 };
  if (left) return { x: left.x + CARD.width + gap, y: left.y };
  const points = Object.values(layout);
  if (points.length === 0) return null;
  return { x: Math.min(...points.map((at) => at.x)), y: Math.max(...points.map((at) => at.y)) + CARD.height + GAP.row };
}

/** The document in which that reaction brings the event about; one that says an event can say no other. */
function saying(document: SagaDocument, id: string, event: string | undefined): SagaDocument {
  return changeReaction(document, id, (reaction) => {
    if (!event || bringsAbout(reaction).includes(event)) return reaction;
    if (reaction.send === undefined && reaction.emit === "") return { ...reaction, emit: event };
    return { ...reaction, expect: [...(reaction.expect ?? []), event] };
  });
}

/** An event that a reaction does not react to yet. */
export function reactTo(document: SagaDocument, { reaction: id, event, from }: Of<"react-to">): SagaDocument {
  if (event === "" || !document.reactions?.some((reaction) => reaction.id === id)) return document;
  const said = from === undefined ? document : saying(document, from, event);
  return changeReaction(said, id, (reaction) => {
    const on = reactsTo(reaction).filter((type) => type !== "");
    return on.includes(event) ? reaction : { ...reaction, on: onOf([...on, event]) };
  });
}

/** A reaction that is to bring an event about, such as one that ends the run. */
export const say = (document: SagaDocument, { reaction, event }: Of<"say">): SagaDocument =>
  saying(document, reaction, event);

/** One event is written as it is, several as a list; none is a hole that lint points at. */
export const onOf = (types: readonly string[]): ReactionDocument["on"] =>
  types.length === 1 ? (types[0] ?? "") : types.length === 0 ? "" : [...types];

/** What a reaction does is one thing: to send a command makes it say no event, and the other way round. */
export function setReactionField(
  document: SagaDocument,
  id: string,
  field: string,
  value: Json | undefined,
): SagaDocument {
  return changeReaction(document, id, (reaction) => {
    if (field === "on") return { ...reaction, on: value as ReactionDocument["on"] };
    if (field === "send" || field === "emit") return doing(reaction, field, value);
    if (field === "fails") return withField(reaction, field, value);
    const next = withField(reaction, field, Array.isArray(value) && value.length === 0 ? undefined : value);
    return field === "expect" ? withoutStrangeFailures(next) : next;
  });
}

/** What is no longer expected says no failure either. */
export function withoutStrangeFailures(reaction: ReactionDocument): ReactionDocument {
  const { expect = [], fails } = reaction;
  if (fails === undefined || fails.every((type) => expect.includes(type))) return reaction;
  return { ...reaction, fails: fails.filter((type) => expect.includes(type)) };
}

/** Fields that only a command has. */
const ofCommands = ["http", "timeout", "retry"] as const;

function doing(reaction: ReactionDocument, field: "send" | "emit", value: Json | undefined): ReactionDocument {
  if (value === undefined) return withField(reaction, field, undefined);
  const other = withField(reaction, field === "send" ? "emit" : "send", undefined);
  const bare = field === "send" ? other : ofCommands.reduce((now, part) => withField(now, part, undefined), other);
  return bare[field] === value ? bare : { ...bare, [field]: value };
}

export function changeReaction(
  document: SagaDocument,
  id: string,
  change: (reaction: ReactionDocument) => ReactionDocument,
): SagaDocument {
  const { reactions = [] } = document;
  const index = reactions.findIndex((reaction) => reaction.id === id);
  const reaction = reactions[index];
  const next = reaction && change(reaction);
  return !next || next === reaction ? document : { ...document, reactions: reactions.with(index, next) };
}

/** Why two cards cannot be joined, or null. */
export function reactProblem(document: SagaDocument, from: string, to: string): string | null {
  const isReaction = (id: string) => document.reactions?.some((reaction) => reaction.id === id) ?? false;
  if (isReaction(from)) return isReaction(to) || isEnd(document, to) ? null : "Nothing can bring this event about.";
  const starts = from === terminalId(document.starts ?? "") || isTerminal(from);
  return starts && isReaction(to) ? null : "Join the card of an event to a reaction.";
}

const isEnd = ({ ends }: SagaDocument, id: string) =>
  [...(ends?.completed ?? []), ...(ends?.failed ?? [])].some((event) => terminalId(event) === id);
