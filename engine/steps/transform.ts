/** The `transform` kind: computes values from what is there, and calls nobody. */
import { z } from "zod";
import { templateOf } from "../definition/compile-command";
import { jsonObject } from "../definition/fields";
import { strict } from "../definition/strict";
import { render } from "../expression/expression";
import { type Beginning, commonFields, compileCommon, onFailure, type Spec, type Start, type Written } from "./kind";

const schema = strict({
  ...commonFields,
  kind: z.literal("transform").describe("What the step is: a calculation."),
  set: jsonObject.describe('The step\'s result, e.g. { "amount": "${data.items.map(i, i.price).sum()}" }.'),
  onFailure,
}).describe("Computes values for later steps; its result is what set says.");

type Document = z.infer<typeof schema>;

function compile(step: Document): Spec<"transform"> {
  return { ...compileCommon({ ...step, class: "readonly" }), kind: "transform", set: templateOf(step.set) };
}

function begin(spec: Spec<"transform">, { context }: Start): Beginning {
  const rendered = render(spec.set, context());
  if (rendered.ok) return { type: "done", result: rendered.value };
  return { type: "failed", error: { code: "expression", message: rendered.problem.message } };
}

function expressions(step: Document): Written[] {
  return [{ path: ["set"], source: step.set, half: "action" }];
}

export const transform = {
  kind: "transform",
  title: "Transform",
  description: "Computes values for later steps.",
  defaultClass: "readonly",
  schema,
  compile,
  expressions,
  begin,
  due: null,
} as const;
