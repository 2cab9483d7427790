/** The `saga` kind: a run of another saga. Its compensation is that run's own unwind (U8). */
import { z } from "zod";
import { milliseconds, templateOf } from "../definition/compile-command";
import { durationText, jsonValue, sagaType } from "../definition/fields";
import { strict } from "../definition/strict";
import { render } from "../expression/expression";
import {
  type Beginning,
  commonFields,
  compensateSelf,
  compileCommon,
  onCompensationFailure,
  onFailure,
  type Spec,
  type Start,
  type Written,
} from "./kind";

const schema = strict({
  ...commonFields,
  kind: z.literal("saga").describe("What the step is: another saga as a step."),
  class: z
    .enum(["compensable", "retriable", "irreversible"])
    .optional()
    .describe("compensable (default): its undo is the child run's unwind; irreversible: it is never unwound."),
  saga: sagaType.describe("The saga whose latest published version is run, e.g. Refund."),
  input: jsonValue.optional().describe("The child run's data. Default: this run's data."),
  timeout: durationText.optional().describe("How long the child may take. Default: as long as it takes."),
  onFailure,
  compensateSelf,
  onCompensationFailure,
}).describe("Runs another saga as a step; undoing the step unwinds that run.");

type Document = z.infer<typeof schema>;

function compile(step: Document): Spec<"saga"> {
  const common = compileCommon({ ...step, class: step.class ?? "compensable" });
  return {
    ...common,
    kind: "saga",
    saga: step.saga,
    input: step.input === undefined ? null : templateOf(step.input),
    timeout: step.timeout === undefined ? null : milliseconds(step.timeout),
    undoneBy: common.class === "irreversible" ? null : "child",
  };
}

function begin(spec: Spec<"saga">, { context }: Start): Beginning {
  if (spec.input === null) return { type: "child", input: context().data };
  const rendered = render(spec.input, context());
  if (rendered.ok) return { type: "child", input: rendered.value };
  return { type: "failed", error: { code: "expression", message: rendered.problem.message } };
}

function expressions(step: Document): Written[] {
  return step.input === undefined ? [] : [{ path: ["input"], source: step.input, half: "action" }];
}

export const saga = {
  kind: "saga",
  title: "Child saga",
  description: "Runs another saga; its undo is that run's unwind.",
  defaultClass: "compensable",
  schema,
  compile,
  expressions,
  begin,
  due: null,
} as const;
