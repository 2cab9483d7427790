import { reactionNames } from "@/engine/choreography/compile";
import type { SagaDocument, StepDocument } from "@/engine/definition/document";
import type { Part } from "@/engine/run/state";
import { itemNames } from "@/engine/steps/for-each";

/**
 * Where an expression stands: in a field of a step, in one of its commands, on an edge out of a step, in a reaction, in
 * what tells which run an event belongs to, or in the saga's own fields (data only).
 */
export type Place =
  | { readonly kind: "step"; readonly step: string }
  | { readonly kind: "part"; readonly step: string; readonly part: Part }
  | { readonly kind: "edge"; readonly from: string }
  | { readonly kind: "reaction"; readonly reaction: string }
  | { readonly kind: "correlation" }
  | { readonly kind: "saga" };

/** The names that expressions in a command of a step read beside the usual ones, as the engine gives them. */
export function namesAt(step: StepDocument, part: Part): readonly string[] {
  const names = step.kind === "forEach" && step.as ? itemNames(step.as) : [];
  return part === "probe" ? [...names, "action_key", "original_input"] : names;
}

/** The same for a place, wherever it is. */
export function namesOf(document: SagaDocument, place: Place): readonly string[] {
  if (place.kind === "reaction" || place.kind === "correlation") return reactionNames;
  const step = place.kind === "part" ? document.steps.find(({ id }) => id === place.step) : undefined;
  return step && place.kind === "part" ? namesAt(step, place.part) : [];
}
