import type { EdgeDocument, SagaDocument } from "./document";

/** The edges as written; a document without any means the sequence of its steps. An empty list means the same. */
export function edgesOf(document: Pick<SagaDocument, "steps" | "edges">): EdgeDocument[] {
  if (document.edges && document.edges.length > 0) return [...document.edges];
  return document.steps.slice(1).map((step, index) => ({ from: document.steps[index]?.id ?? "", to: step.id }));
}
