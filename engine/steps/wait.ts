/** The `wait` kind: nothing happens for a while, or until an instant. Long waits are rows, never timers in memory. */
import { z } from "zod";
import { templateOf } from "../definition/compile-command";
import { parseDuration } from "../definition/duration";
import { durationText, expressionText } from "../definition/fields";
import { strict } from "../definition/strict";
import { parseInstant, render, type Template } from "../expression/expression";
import type { Json } from "../json";
import { limits } from "../limits";
import type { StepError } from "../run/state";
import {
  type Beginning,
  commonFields,
  compileCommon,
  type Due,
  onFailure,
  type Spec,
  type Start,
  type Written,
} from "./kind";

const schema = strict({
  ...commonFields,
  kind: z.literal("wait").describe("What the step is: a pause."),
  for: z
    .union([durationText, expressionText.regex(/\$\{/, "expected a duration, or an expression that gives one")])
    .optional()
    .describe("How long: an ISO 8601 duration such as PT1H or P365D, or an expression that gives one."),
  until: expressionText
    .optional()
    .describe("Until when: an instant such as 2026-12-24T18:00:00Z, mostly an expression: ${data.pickup_at}."),
  onFailure,
}).describe("Waits for a duration, or until an instant; a year is fine.");

type Document = z.infer<typeof schema>;

function compile(step: Document): Spec<"wait"> {
  return {
    ...compileCommon({ ...step, class: "readonly" }),
    kind: "wait",
    for: step.for === undefined ? null : templateOf(step.for),
    until: step.until === undefined ? null : templateOf(step.until),
  };
}

/** An instant that is past is no wait at all. */
function begin(spec: Spec<"wait">, start: Start): Beginning {
  const due = dueAt(spec, start);
  if ("error" in due) return { type: "failed", error: due.error };
  return due.at <= start.at ? { type: "done", result: null } : { type: "waits", dueAt: due.at };
}

type DueAt = { readonly at: number } | { readonly error: StepError };

function dueAt(spec: Spec<"wait">, { at, context }: Start): DueAt {
  const template = (spec.for ?? spec.until) as Template;
  const rendered = render(template, context());
  if (!rendered.ok) return failed("expression", rendered.problem.message);
  const due = spec.for ? after(at, rendered.value) : instantOf(rendered.value);
  if (due === null) {
    const expected = spec.for ? "a duration such as PT1H" : "an instant such as 2026-12-24T18:00:00Z";
    return failed("wait_time", `The wait gave ${JSON.stringify(rendered.value).slice(0, 80)}, expected ${expected}`);
  }
  return due - at > limits.longestWait
    ? failed("wait_time", `The wait would end at ${new Date(due).toISOString()}, more than 400 days from now`)
    : { at: due };
}

function after(at: number, duration: Json): number | null {
  const length = typeof duration === "string" ? parseDuration(duration) : null;
  return length === null ? null : at + length;
}

function instantOf(instant: Json): number | null {
  return typeof instant === "string" ? parseInstant(instant) : null;
}

function failed(code: string, message: string): DueAt {
  return { error: { code, message } };
}

function due(): Due {
  return { done: null };
}

function expressions(step: Document): Written[] {
  return (["for", "until"] as const).flatMap((field) => {
    const source = step[field];
    return source === undefined ? [] : [{ path: [field], source, half: "action" as const }];
  });
}

export const wait = {
  kind: "wait",
  title: "Wait",
  description: "Waits for a duration, or until an instant.",
  defaultClass: "readonly",
  schema,
  compile,
  expressions,
  begin,
  due,
} as const;
