import { Clock, Layers, type LucideIcon, Play, Radio, Sigma, Split, UserCheck, Workflow, Zap } from "lucide-react";
import type { StepDocument } from "@/engine/definition/document";
import type { StepKind } from "@/engine/definition/saga";
import { defaultStepKind, stepKinds } from "@/engine/steps";

/** A step of one kind, or of some, as it is written. */
export type StepOf<K extends StepKind> = Extract<StepDocument, { kind?: K | undefined }>;

/** What a card may be: a step of a kind that people draw, or a reaction of a choreography. */
export type CardKind = StepKind | "reaction";

/** A step's kind. A draft may hold a word that is none yet; it is drawn as the default until lint's word is heard. */
export function kindOf(step: { readonly kind?: string | undefined }): StepKind {
  return isStepKind(step.kind) ? step.kind : defaultStepKind;
}

/** Whether a step says a kind that there is, or none, which means the default. */
export const hasKind = (step: { readonly kind?: string | undefined }): boolean =>
  isStepKind(step.kind ?? defaultStepKind);

export const isStepKind = (kind: unknown): kind is StepKind =>
  typeof kind === "string" && Object.hasOwn(stepKinds, kind);

export const stepKindNames = Object.keys(stepKinds) as readonly StepKind[];

/** The sign of each kind: on its card, in the palette and over its form. */
export const kindIcons = {
  action: Play,
  decision: Split,
  wait: Clock,
  signal: Radio,
  approval: UserCheck,
  transform: Sigma,
  forEach: Layers,
  saga: Workflow,
  reaction: Zap,
} as const satisfies Record<CardKind, LucideIcon>;
