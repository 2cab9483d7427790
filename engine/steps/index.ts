/** The kinds of steps there are. Adding one: a file beside this one, and a line here. */
import type { z } from "zod";
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
