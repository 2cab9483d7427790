/** The kinds of steps there are. Adding one: a file beside this one, and a line in `stepKinds` and `stepDocument`. */
import { z } from "zod";
import { classOf } from "../definition/defaults";
import type { SagaStep, StepClass, StepKind, StepSpec } from "../definition/saga";
import { action } from "./action";
import { approval } from "./approval";
import { decision } from "./decision";
import { forEach } from "./for-each";
import type { Beginning, Due, Spec, Start, Written } from "./kind";
import { saga } from "./saga";
import { signal } from "./signal";
import { transform } from "./transform";
import { wait } from "./wait";

/** `never` in the arguments: which document or spec a kind takes is known where `kind` was looked at. */
type KindEntry<K extends StepKind> = {
  readonly kind: K;
  readonly title: string;
  readonly description: string;
  /** Null: a compensation makes the step compensable. */
  readonly defaultClass: StepClass | null;
  readonly schema: z.ZodType;
  readonly compile: (step: never) => Spec<K>;
  readonly expressions: (step: never) => readonly Written[];
  readonly begin: (spec: Spec<K>, start: Start) => Beginning;
  readonly due: ((spec: Spec<K>) => Due) | null;
};

export const stepKinds = {
  action,
  decision,
  wait,
  signal,
  approval,
  transform,
  forEach,
  saga,
} satisfies { readonly [K in StepKind]: KindEntry<K> };

export const defaultStepKind: StepKind = "action";

/** A step as written; `kind` says which shape it has, and may be left out for an action. */
export const stepDocument = z.discriminatedUnion("kind", [
  action.schema,
  decision.schema,
  wait.schema,
  signal.schema,
  approval.schema,
  transform.schema,
  forEach.schema,
  saga.schema,
]);

type StepDocument = z.infer<typeof stepDocument>;

function entryOf(kind: StepKind): KindEntry<StepKind> {
  return stepKinds[kind] as unknown as KindEntry<StepKind>;
}

export function compileStep(step: StepDocument): StepSpec & Spec<StepKind> {
  return entryOf(step.kind ?? defaultStepKind).compile(step as never);
}

/** The class that a step has, whether it says so or not. */
export function classOfStep(step: StepDocument): StepClass {
  const written = step as { readonly class?: StepClass; readonly compensation?: unknown };
  return written.class ?? entryOf(step.kind ?? defaultStepKind).defaultClass ?? classOf(written);
}

/** The expressions of a step, apart from those of its edges. */
export function expressionsOf(step: StepDocument): readonly Written[] {
  return entryOf(step.kind ?? defaultStepKind).expressions(step as never);
}

const reactionText = {
  title: "Reaction",
  description: "Reacts to an event of another service: sends a command, or says an event.",
};

/** What a kind is called, and what it is for. */
export function kindText(kind: SagaStep["kind"]): { readonly title: string; readonly description: string } {
  return kind === "reaction" ? reactionText : entryOf(kind);
}

/** What beginning a step means. */
export function beginningOf(spec: SagaStep, start: Start): Beginning {
  // A reaction is begun by its event; begun again, it calls.
  if (spec.kind === "reaction") return { type: "calls" };
  return entryOf(spec.kind).begin(spec, start);
}

/** What it means that a waiting step's time has come. */
export function dueOf(spec: SagaStep): Due {
  const due = spec.kind === "reaction" ? null : entryOf(spec.kind).due;
  if (spec.kind === "reaction" || due === null) throw new Error(`A step of kind ${spec.kind} does not wait`);
  return due(spec);
}
