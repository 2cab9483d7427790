/** The `signal` kind: waits until somebody outside says a word. Signals that came before are kept, in order (F13). */
import { z } from "zod";
import { milliseconds } from "../definition/compile-command";
import { durationText, signalName } from "../definition/fields";
import { strict } from "../definition/strict";
import { type Beginning, commonFields, compileCommon, type Due, onFailure, type Spec, type Start } from "./kind";

const schema = strict({
  ...commonFields,
  kind: z.literal("signal").describe("What the step is: a word from outside."),
  signal: signalName.describe("The signal's name, e.g. PaymentReceived. Its data become the step's result."),
  timeout: durationText.optional().describe("How long to wait; past it the step fails. Default: for ever."),
  onFailure,
}).describe("Waits for a signal from outside; the signal's data are its result.");

function compile(step: z.infer<typeof schema>): Spec<"signal"> {
  return {
    ...compileCommon({ ...step, class: "readonly" }),
    kind: "signal",
    signal: step.signal,
    timeout: step.timeout === undefined ? null : milliseconds(step.timeout),
  };
}

function begin(spec: Spec<"signal">, { at, signals }: Start): Beginning {
  const kept = signals.find((s) => s.signal === spec.signal);
  if (kept) return { type: "done", result: kept.data, signal: kept.id };
  return { type: "waits", dueAt: spec.timeout === null ? null : at + spec.timeout };
}

function due(spec: Spec<"signal">): Due {
  return { failed: { code: "timeout", message: `The signal ${spec.signal} did not come in time` } };
}

export const signal = {
  kind: "signal",
  title: "Signal",
  description: "Waits for a word from outside.",
  defaultClass: "readonly",
  schema,
  compile,
  expressions: () => [],
  begin,
  due,
} as const;
