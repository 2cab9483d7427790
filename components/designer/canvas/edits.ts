import type { Point } from "@/components/canvas/geometry";
import { isStepKind } from "@/components/canvas/step-kind";
import type { SagaDocument } from "@/engine/definition/document";
import type { Change, Layout } from "../changes/change";
import { freeId } from "../changes/free-id";
import type { ReactionOffer } from "../changes/new-reaction";
import { newStep, type Offer } from "../changes/new-step";

/** Where a new step or reaction goes. Nowhere: beside nothing, in what is in view. */
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

/** Whether something is a reaction that the palette of a choreography offers. */
export const isReactionOffer = (offer: Offer | ReactionOffer): offer is ReactionOffer => "does" in offer;

/** An offer that was dragged here, or null for anything else. */
export function readOffer(text: string): Offer | ReactionOffer | null {
  try {
    const value: unknown = JSON.parse(text);
    if (isReaction(value)) return value;
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

const isReaction = (value: unknown): value is ReactionOffer =>
  typeof value === "object" &&
  value !== null &&
  "does" in value &&
  (value.does === "send" || value.does === "emit" || value.does === "undo") &&
  (!("command" in value) || typeof value.command === "string");
