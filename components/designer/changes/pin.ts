import { cardsOf } from "@/components/canvas/choreography-model";
import { isChoreography, type SagaDocument } from "@/engine/definition/document";
import type { Layout } from "./change";

/** The document with these positions written, whole pixels, of the cards it has; the same one when nothing moves. */
export function pinned(document: SagaDocument, layout: Layout): SagaDocument {
  const entries = cardIds(document).flatMap((id) => {
    const at = layout[id];
    return at ? [[id, { x: Math.round(at.x), y: Math.round(at.y) }] as const] : [];
  });
  const next = Object.fromEntries(entries);
  if (entries.length === 0) return withoutLayout(document);
  return sameLayout(document.layout ?? {}, next) ? document : { ...document, layout: next };
}

/** The steps; of a choreography the reactions that have cards. */
export const cardIds = (document: SagaDocument): readonly string[] =>
  isChoreography(document) ? cardsOf(document).map(({ does }) => does.id) : document.steps.map(({ id }) => id);

function withoutLayout(document: SagaDocument): SagaDocument {
  if (document.layout === undefined) return document;
  const { layout: _, ...rest } = document;
  return rest;
}

function sameLayout(a: Layout, b: Layout): boolean {
  const keys = Object.keys(b);
  return (
    keys.length === Object.keys(a).length && keys.every((key) => a[key]?.x === b[key]?.x && a[key]?.y === b[key]?.y)
  );
}
