import type { SagaDocument } from "@/engine/definition/document";
import type { Layout } from "./change";

/** The document with these positions written, whole pixels, of the steps it has; the same one when nothing moves. */
export function pinned(document: SagaDocument, layout: Layout): SagaDocument {
  const entries = document.steps.flatMap(({ id }) => {
    const at = layout[id];
    return at ? [[id, { x: Math.round(at.x), y: Math.round(at.y) }] as const] : [];
  });
  const next = Object.fromEntries(entries);
  if (entries.length === 0) return withoutLayout(document);
  return sameLayout(document.layout ?? {}, next) ? document : { ...document, layout: next };
}

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
