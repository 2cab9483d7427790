/** The kinds of steps there are. Adding one: a file beside this one, and a line here. */
import { z } from "zod";
import { action } from "./action";

export type StepKind = "action";

type StepKindEntry = {
  readonly kind: StepKind;
  readonly title: string;
  readonly description: string;
  readonly schema: z.ZodType;
};

export const stepKinds = { action } satisfies Record<StepKind, StepKindEntry>;

export const defaultStepKind: StepKind = "action";

/** A step as written; `kind` says which shape it has, and may be left out for an action. */
export const stepDocument = z.discriminatedUnion("kind", [stepKinds.action.schema]);
