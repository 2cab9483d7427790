import type { CanvasEdge } from "@/components/canvas/canvas-model";
import { toCanvasModel } from "@/components/canvas/canvas-model";
import { isTerminal } from "@/components/canvas/choreography-model";
import { bringsAbout, reactsTo } from "@/engine/choreography/events";
import type { ReactionDocument, SagaDocument } from "@/engine/definition/document";
import type { Change } from "./change";
import { pinned } from "./pin";
import { onOf, withoutStrangeFailures } from "./reaction-changes";

type Delete = Extract<Change, { type: "delete" }>;

/**
 * Takes reactions out, with what undoes them, and edges: then the one no longer reacts to what the other brings about. An
 * undo that reacts to nothing any more goes as well; a reaction that would is left as it is.
 */
export function deleteReactions(document: SagaDocument, { steps, edges, pins }: Delete): SagaDocument {
  const gone = new Set(steps);
  const cut = toCanvasModel(document).edges.filter(({ index }) => edges.includes(index));
  const before = document.reactions ?? [];
  const kept = before
    .filter(({ id, undoes }) => !gone.has(id) && !gone.has(undoes ?? ""))
    .flatMap((reaction) => without(reaction, cut));
  const same = kept.length === before.length && kept.every((reaction, index) => reaction === before[index]);
  if (same) return document;
  return pinned({ ...document, reactions: kept }, { ...pins, ...document.layout });
}

function without(reaction: ReactionDocument, cut: readonly CanvasEdge[]): readonly ReactionDocument[] {
  const card = reaction.undoes ?? reaction.id;
  const lost = new Set(
    cut
      .filter(({ target, undo }) => target === card && undo === (reaction.undoes !== undefined))
      .flatMap(({ events }) => events.map(({ type }) => type)),
  );
  const on = reactsTo(reaction);
  const left = on.filter((type) => !lost.has(type));
  const heard = left.length === on.length ? [reaction] : left.length > 0 ? [{ ...reaction, on: onOf(left) }] : [];
  if (heard.length === 0) return reaction.undoes === undefined ? [reaction] : [];
  return heard.map((one) => quieter(one, cut));
}

/** An edge to the card of an end: the reaction says that event no longer. */
function quieter(reaction: ReactionDocument, cut: readonly CanvasEdge[]): ReactionDocument {
  const card = reaction.undoes ?? reaction.id;
  const ends = cut.filter(({ source, target }) => source === card && isTerminal(target));
  const unsaid = new Set(ends.flatMap(({ events }) => events.map(({ type }) => type)));
  if (!bringsAbout(reaction).some((type) => unsaid.has(type))) return reaction;
  const { expect, emit, ...rest } = reaction;
  const expected = (expect ?? []).filter((type) => !unsaid.has(type));
  return withoutStrangeFailures({
    ...rest,
    ...(expected.length > 0 ? { expect: expected } : {}),
    ...(emit === undefined ? {} : { emit: unsaid.has(emit) ? "" : emit }),
  });
}

/** Whether nothing would be left that the target of an edge reacts to: such an edge stays. */
export function isLastCause(document: SagaDocument, { target, undo, events }: CanvasEdge): boolean {
  const reaction = document.reactions?.find(({ id }) => id === target);
  if (undo || !reaction) return false;
  const lost = new Set(events.map(({ type }) => type));
  return reactsTo(reaction).every((type) => lost.has(type));
}
