/**
 * What a kind of step is: how it is written, what it is compiled to, which expressions it holds, and how it begins.
 * A kind decides nothing about the run: it says what beginning it means, and the rules of forward do the rest.
 */
import { z } from "zod";
import { classOf, titleFrom } from "../definition/defaults";
import { stepId } from "../definition/fields";
import type { KindSpec, StepSpec } from "../definition/saga";
import type { ExpressionContext } from "../expression/expression";
import type { Json } from "../json";
import type { KeptSignal, StepError } from "../run/state";

export type Spec<K extends KindSpec["kind"]> = StepSpec & Extract<KindSpec, { kind: K }>;

/** What beginning a step needs to know. `context` is built only when asked for. */
export type Start = {
  readonly at: number;
  readonly context: () => ExpressionContext;
  readonly signals: readonly KeptSignal[];
};

export type Beginning =
  /** It calls a service, and is done when that answers. */
  | { readonly type: "calls" }
  /** It is done already. `signal`: the kept signal that it took. */
  | { readonly type: "done"; readonly result: Json; readonly signal?: string }
  /** It waits; what its due time means, `due` says. Null: there is none. */
  | { readonly type: "waits"; readonly dueAt: number | null }
  | { readonly type: "items"; readonly items: readonly Json[] }
  | { readonly type: "child"; readonly input: Json }
  | { readonly type: "failed"; readonly error: StepError };

/** What it means that a waiting step's time has come. */
export type Due = { readonly done: Json } | { readonly failed: StepError };

/** An expression of a step as it was written. `names`: what it may read beside the usual context. */
export type Written = {
  readonly path: readonly string[];
  readonly source: Json;
  readonly half: "action" | "compensation";
  readonly names?: readonly string[];
};

/** What every kind's document has. */
export const commonFields = {
  id: stepId,
  title: z.string().min(1).max(120).optional().describe("What people read on the card; default: the id in words."),
  notes: z.string().max(4000).optional().describe("For the reader of the definition; the engine ignores it."),
};

export const onFailure = z
  .enum(["compensate", "hold", "continue"])
  .optional()
  .describe("What a failure does: unwind the run (default), hold for a person, or go on without the step.");

export const compensateSelf = z
  .enum(["ifUnknown", "always", "never"])
  .optional()
  .describe(
    "Whether the failing step itself is undone: when nobody knows if its effect happened (default), always, or never.",
  );

export const onCompensationFailure = z
  .enum(["hold", "continue"])
  .optional()
  .describe("What a failed undo does: hold for a person (default), or go on and end incomplete.");

type Common = {
  readonly id: string;
  readonly title?: string | undefined;
  readonly class?: StepSpec["class"] | undefined;
  readonly onFailure?: StepSpec["onFailure"] | undefined;
  readonly compensateSelf?: StepSpec["compensateSelf"] | undefined;
  readonly onCompensationFailure?: StepSpec["onCompensationFailure"] | undefined;
};

/** The part of a compiled step that every kind shares. A kind that calls no service changes nothing: it is readonly. */
export function compileCommon(step: Common): StepSpec {
  return {
    id: step.id,
    title: step.title ?? titleFrom(step.id),
    class: classOf(step as Parameters<typeof classOf>[0]),
    action: null,
    compensation: null,
    probe: null,
    undoneBy: null,
    onFailure: step.onFailure ?? "compensate",
    compensateSelf: step.compensateSelf ?? "ifUnknown",
    onCompensationFailure: step.onCompensationFailure ?? "hold",
  };
}
