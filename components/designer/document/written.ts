import type { SagaDocument } from "@/engine/definition/document";
import type { Json } from "@/engine/json";

/** A document as it is stored: a choreography without the steps that it has not. */
export function writtenOf(document: SagaDocument): Json {
  if (document.style !== "choreography") return document as Json;
  const { steps: _, ...written } = document;
  return written as Json;
}
