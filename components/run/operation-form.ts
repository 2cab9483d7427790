import type { OperationRequest } from "@/contract/runs";
import { inputOf, subjectOf } from "@/engine/context";
import type { Saga } from "@/engine/definition/saga";
import type { Json } from "@/engine/json";
import type { OperationName } from "@/engine/run/event";
import type { RunState } from "@/engine/run/state";
import { needsStep } from "./offers";
import { parseJson } from "./parse-json";

/** What a person fills in before an operation; texts are as typed. */
export type OperationForm = {
  readonly operation: OperationName;
  readonly step: string | null;
  /** Of a forEach: the one item that is meant; null: all that fit. */
  readonly item: number | null;
  readonly reason: string;
  /** Null: the same input, or data, as before. */
  readonly input: string | null;
  readonly result: string;
  readonly evidence: string;
  readonly effect: "none" | "unknown";
  /** Where the unwind stops; null: at the beginning. */
  readonly downTo: string | null;
  /** Undos that are left out, in the order in which they were, each with its reason. */
  readonly leaveOut: readonly { readonly step: string; readonly reason: string }[];
};

type Field = "step" | "input" | "result" | "evidence" | "reason" | "leaveOut";
export type FormErrors = Readonly<Partial<Record<Field, string>>>;

/** An empty form for an operation, on a step where it concerns one. */
export const blankForm = (
  operation: OperationName,
  step: string | null,
  item: number | null = null,
): OperationForm => ({
  operation,
  step,
  item,
  reason: "",
  input: null,
  result: "{}",
  evidence: "",
  effect: "unknown",
  downTo: null,
  leaveOut: [],
});

export const takesInput = (operation: OperationName) =>
  operation === "retry" || operation === "retryCompensation" || operation === "startAgain";
export const takesResult = (operation: OperationName) => operation === "skip" || operation === "complete";

/** The reason must be given where an operation changes what becomes of the run; holding and going on need none. */
export const needsReason = (operation: OperationName) => operation !== "pause" && operation !== "resume";

type Meant = {
  readonly operation: OperationName;
  readonly step?: string | null | undefined;
  readonly item?: number | null | undefined;
};

/** What was sent, or started with, before: what an edit begins from. Undefined where items differ in it. */
export function inputBefore(saga: Saga, state: RunState, { operation, step, item = null }: Meant): Json | undefined {
  if (operation === "startAgain") return state.data;
  const index = saga.indexOf.get(step ?? "");
  if (index === undefined || (item === null && state.steps[index]?.items)) return undefined;
  const half = operation === "retryCompensation" ? "compensation" : "action";
  return inputOf(subjectOf(saga, state, { index, item }), half);
}

/** A reason of each left-out undo, until a person has written it, for the plan alone. */
const stillToSay = "to be given";

/** The request that a form asks for, or what is still wrong with it. `seq`: the plan it was agreed to. */
export function toRequest(form: OperationForm, seq?: number): { request: OperationRequest | null; errors: FormErrors } {
  const { operation, step, item, downTo, leaveOut } = form;
  const input = takesInput(operation) && form.input !== null ? parseJson(form.input) : null;
  const result = takesResult(operation) ? parseJson(form.result) : null;
  const errors = errorsOf(form, input, result);
  const blocking = (["step", "input", "result"] as const).some((field) => errors[field]);
  if (blocking) return { request: null, errors };
  const left = leaveOut.map((one) => ({ step: one.step, reason: one.reason.trim() || stillToSay }));
  return {
    request: {
      operation,
      reason: form.reason.trim(),
      ...(step !== null && (needsStep(operation) || operation === "compensate") ? { step } : {}),
      ...(item !== null ? { item } : {}),
      ...(input?.ok ? { input: input.value } : {}),
      ...(result?.ok ? { result: result.value } : {}),
      ...(operation === "markCompensated" ? { evidence: form.evidence.trim() || stillToSay } : {}),
      ...(operation === "fail" ? { effect: form.effect } : {}),
      ...(downTo !== null ? { downTo } : {}),
      ...(left.length > 0 ? { leaveOut: left } : {}),
      ...(seq === undefined ? {} : { seq }),
    },
    errors,
  };
}

type Parsed = ReturnType<typeof parseJson> | null;

function errorsOf({ operation, step, evidence, reason, leaveOut }: OperationForm, input: Parsed, result: Parsed) {
  const unreasoned = leaveOut.some((one) => !one.reason.trim());
  const errors: FormErrors = {
    ...(needsStep(operation) && !step ? { step: "Choose the step." } : {}),
    ...(input && !input.ok ? { input: input.message } : {}),
    ...(result && !result.ok ? { result: result.message } : {}),
    ...(operation === "markCompensated" && !evidence.trim() ? { evidence: "Say how you know that it is undone." } : {}),
    ...(unreasoned ? { leaveOut: "Say why it is left out: it stays in the run's log." } : {}),
    ...(needsReason(operation) && !reason.trim()
      ? { reason: operation === "note" ? "Write the note." : "Say why: it stays in the run's log." }
      : {}),
  };
  return errors;
}
