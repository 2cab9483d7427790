import type { Point } from "@/components/canvas/geometry";
import type { SagaDocument, StepDocument } from "@/engine/definition/document";
import type { stepKinds } from "@/engine/steps";
import type { Change, Layout } from "../changes/change";
import { freeId, idFrom } from "../changes/free-id";

/** What the palette offers: a kind of step, or a command that a service is known to take. */
export type Offer = { readonly kind: keyof typeof stepKinds; readonly command?: string };

/** Where a new step goes. Nowhere: beside nothing, in what is in view. */
export type Place =
  | { readonly after: string; readonly at?: Point }
  | { readonly before: string; readonly at?: Point }
  | { readonly edge: number }
  | { readonly at: Point };

export const offerType = "application/x-saga-step";

/** A new step as the palette offers it: it is to have an undo, and lint says so until it has one. */
export function newStep({ command = "" }: Offer): StepDocument {
  const short = command.slice(command.indexOf(".") + 1);
  return { id: short ? idFrom(short) : "new_step", class: "compensable", action: command };
}

/** The change that adds it, and the id it will get. */
export function addChange(
  document: SagaDocument,
  offer: Offer,
  place: Place,
  pins: Layout,
): { change: Change; id: string } {
  const step = newStep(offer);
  const id = freeId(new Set(document.steps.map((other) => other.id)), step.id);
  if ("edge" in place) return { id, change: { type: "insert-step", step, edge: place.edge, pins } };
  return { id, change: { type: "add-step", step, ...place, pins } };
}

export function readOffer(text: string): Offer | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || !("kind" in value) || value.kind !== "action") return null;
    const command = "command" in value && typeof value.command === "string" ? value.command : undefined;
    return { kind: "action", ...(command ? { command } : {}) };
  } catch {
    return null;
  }
}
