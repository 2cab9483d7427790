/** The `approval` kind: waits until a person decides. A rejection, or no decision in time, is a failure. */
import { z } from "zod";
import { milliseconds } from "../definition/compile-command";
import { durationText, jsonObject } from "../definition/fields";
import { strict } from "../definition/strict";
import { type Beginning, commonFields, compileCommon, type Due, onFailure, type Spec, type Start } from "./kind";

const approvers = z
  .union([
    strict({ role: z.enum(["viewer", "operator", "designer", "admin"]).describe("This role, or a higher one.") }),
    strict({
      users: z.array(z.email().max(254)).min(1).max(50).describe("These people, by the e-mail they sign in with."),
    }),
  ])
  .describe("Who may decide: { role: operator }, or { users: [e-mail, …] }.");

const schema = strict({
  ...commonFields,
  kind: z.literal("approval").describe("What the step is: a person's decision."),
  approvers,
  form: jsonObject.optional().describe("JSON Schema of what the person fills in; it is in the result as form."),
  due: durationText.optional().describe("When a decision must be there; past it the step fails. Default: never."),
  fourEyes: z
    .boolean()
    .optional()
    .describe("Nobody decides who is behind the run's start or changed its input. Default false."),
  onFailure,
}).describe("Waits for a person's decision; its result is { decision, form, by }.");

function compile(step: z.infer<typeof schema>): Spec<"approval"> {
  return {
    ...compileCommon({ ...step, class: "readonly" }),
    kind: "approval",
    approvers: step.approvers,
    form: step.form ?? null,
    due: step.due === undefined ? null : milliseconds(step.due),
    fourEyes: step.fourEyes ?? false,
  };
}

function begin(spec: Spec<"approval">, { at }: Start): Beginning {
  return { type: "waits", dueAt: spec.due === null ? null : at + spec.due };
}

function due(): Due {
  return { failed: { code: "overdue", message: "Nobody decided in time" } };
}

export const approval = {
  kind: "approval",
  title: "Approval",
  description: "Waits until a person approves or rejects.",
  defaultClass: "readonly",
  schema,
  compile,
  expressions: () => [],
  begin,
  due,
} as const;
