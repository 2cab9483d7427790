import type { OperationRequest } from "@/contract/runs";
import { actionInput, undoInput } from "@/engine/context";
import type { OperationName } from "@/engine/run/event";
import { type RunState, stepOf } from "@/engine/run/state";
import { needsStep } from "./offers";
import { parseJson } from "./parse-json";

/** What a person fills in before an operation; texts are as typed. */
export type OperationForm = {
  readonly operation: OperationName;
  readonly step: string | null;
  readonly reason: string;
  /** Null: the same input as before. */
  readonly input: string | null;
  readonly result: string;
  readonly evidence: string;
  readonly effect: "none" | "unknown";
};

export type FormErrors = Readonly<Partial<Record<"step" | "input" | "result" | "evidence" | "reason", string>>>;

/** An empty form for an operation, on a step where it concerns one. */
export const blankForm = (operation: OperationName, step: string | null): OperationForm => ({
  operation,
  step,
  reason: "",
  input: null,
  result: "{}",
  evidence: "",
  effect: "unknown",
});

export const takesInput = (operation: OperationName) => operation === "retry" || operation === "retryCompensation";
export const takesResult = (operation: OperationName) => operation === "skip" || operation === "complete";

/** The reason must be given where an operation changes what becomes of the run; holding and going on need none. */
export const needsReason = (operation: OperationName) => operation !== "pause" && operation !== "resume";

/** What the step was sent, as text to edit. */
export function inputText(state: RunState, operation: OperationName, step: string): string {
  const at = stepOf(state, step);
  if (!at) return "{}";
  return JSON.stringify(operation === "retryCompensation" ? undoInput(state, at) : actionInput(state, at), null, 2);
}

/** The request that a form asks for, or what is still wrong with it. `seq`: the plan it was agreed to. */
export function toRequest(form: OperationForm, seq?: number): { request: OperationRequest | null; errors: FormErrors } {
  const { operation, step } = form;
  const input = takesInput(operation) && form.input !== null ? parseJson(form.input) : null;
  const result = takesResult(operation) ? parseJson(form.result) : null;
  const errors: FormErrors = {
    ...(needsStep(operation) && !step ? { step: "Choose the step." } : {}),
    ...(input && !input.ok ? { input: input.message } : {}),
    ...(result && !result.ok ? { result: result.message } : {}),
    ...(operation === "markCompensated" && !form.evidence.trim()
      ? { evidence: "Say how you know that it is undone." }
      : {}),
    ...(needsReason(operation) && !form.reason.trim()
      ? { reason: operation === "note" ? "Write the note." : "Say why: it stays in the run's log." }
      : {}),
  };
  const blocking = Object.keys(errors).some((field) => field !== "reason" && field !== "evidence");
  if (blocking) return { request: null, errors };
  return {
    request: {
      operation,
      reason: form.reason.trim(),
      ...(needsStep(operation) && step ? { step } : {}),
      ...(input?.ok ? { input: input.value } : {}),
      ...(result?.ok ? { result: result.value } : {}),
      ...(operation === "markCompensated" ? { evidence: form.evidence.trim() || "to be given" } : {}),
      ...(operation === "fail" ? { effect: form.effect } : {}),
      ...(seq === undefined ? {} : { seq }),
    },
    errors,
  };
}
