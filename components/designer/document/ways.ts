import { titlesOf } from "@/components/canvas/canvas-model";
import type { EdgeDocument, SagaDocument } from "@/engine/definition/document";
import { edgesOf } from "@/engine/definition/edges";
import { previewCondition } from "./preview";

/** A way out of a decision; `index` is its edge's. */
export type Way = { readonly edge: EdgeDocument; readonly index: number; readonly title: string };

/** The ways out of a decision: those that ask, in their order, and the one that is taken when none of them is. */
export function waysOf(document: SagaDocument, id: string) {
  const titles = titlesOf(document);
  const ways = edgesOf(document).flatMap((edge, index): Way[] =>
    edge.from === id ? [{ edge, index, title: titles.get(edge.to) ?? edge.to }] : [],
  );
  return { asking: ways.filter(({ edge }) => !edge.otherwise), otherwise: ways.find(({ edge }) => edge.otherwise) };
}

/** The edge that the sample would take; null where there is no sample, or a run alone can tell. */
export function wayOfSample(document: SagaDocument, id: string): number | null {
  if (document.sample === undefined) return null;
  const { asking, otherwise } = waysOf(document, id);
  for (const { edge, index } of asking) {
    const preview = edge.when === undefined ? null : previewCondition(document, edge.when);
    if (preview === null) return index;
    if (!preview.ok || preview.guessed) return null;
    if (preview.value === true) return index;
  }
  return otherwise?.index ?? null;
}
