import type { Point } from "@/components/canvas/geometry";
import { isStepKind } from "@/components/canvas/step-kind";
import type { SagaDocument } from "@/engine/definition/document";
import type { Change, Layout } from "../changes/change";
import { freeId } from "../changes/free-id";
import { newStep, type Offer } from "../changes/new-step";

/** Where a new step goes. Nowhere: beside nothing, in what is in view. */
export type Spot =
  | { readonly after: string; readonly at?: Point }
  | { readonly before: string; readonly at?: Point }
  | { readonly edge: number }
  | { readonly at: Point };

export const offerType = "application/x-saga-step";

/** The change that adds a step, and the id it will get. */
export function addChange(
  document: SagaDocument,
  offer: Offer,
  spot: Spot,
  pins: Layout,
): { change: Change; id: string } {
  const step = newStep(document, offer);
  const id = freeId(new Set(document.steps.map((other) => other.id)), step.id);
  if ("edge" in spot) return { id, change: { type: "insert-step", step, edge: spot.edge, pins } };
  return { id, change: { type: "add-step", step, ...spot, pins } };
}

/** An offer that was dragged here, or null for anything else. */
export function readOffer(text: string): Offer | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || !("kind" in value) || !isStepKind(value.kind)) return null;
    const { command, saga } = value as { readonly command?: unknown; readonly saga?: unknown };
    return {
      kind: value.kind,
      ...(typeof command === "string" ? { command } : {}),
      ...(typeof saga === "string" ? { saga } : {}),
    };
  } catch {
    return null;
  }
}
