import { decide } from "@/engine/decide";
import type { Saga } from "@/engine/definition/saga";
import type { Operation, OperationName } from "@/engine/run/event";
import type { RunState, StepState } from "@/engine/run/state";

/** Whether an operation would be accepted now: the engine itself is asked. `step` null: it concerns the whole run. */
export type Offer =
  | { readonly ok: true; readonly steps: readonly string[] }
  | { readonly ok: false; readonly why: string };

const wantsStep = new Set<OperationName>(["retry", "skip", "complete", "fail", "retryCompensation", "markCompensated"]);

export const needsStep = (operation: OperationName) => wantsStep.has(operation);

/** The operations in the order in which they are offered. */
export const operationNames = [
  "retry",
  "retryCompensation",
  "markCompensated",
  "compensate",
  "skip",
  "complete",
  "fail",
  "pause",
  "resume",
  "cancel",
  "terminate",
  "note",
] as const satisfies readonly OperationName[];

/** What may be done to a run in this state, and to which of its steps; what may not, and why. */
export function offersOf(saga: Saga, state: RunState): Readonly<Record<OperationName, Offer>> {
  const offers = operationNames.map((operation) => [operation, offerOf(saga, state, operation)] as const);
  return Object.fromEntries(offers) as Record<OperationName, Offer>;
}

function offerOf(saga: Saga, state: RunState, operation: OperationName): Offer {
  if (!needsStep(operation)) {
    const refused = refusalOf(saga, state, operation);
    return refused ? { ok: false, why: refused } : { ok: true, steps: [] };
  }
  const steps = state.steps.filter(isStuck).flatMap(({ id }) => (refusalOf(saga, state, operation, id) ? [] : [id]));
  if (steps.length > 0) return { ok: true, steps };
  return { ok: false, why: refusalOf(saga, state, operation) ?? "No step of this run needs that" };
}

/** Only these can be meant by an operation on a step: asking about the others would cost a thousand decisions. */
const isStuck = (step: StepState) =>
  step.status === "failed" ||
  step.status === "compensation_failed" ||
  step.action.retryAt !== null ||
  step.undo.retryAt !== null ||
  (step.status === "completed" && !step.passed);

/** Why the engine would refuse it, or null. What a person would still fill in is filled in here. */
export function refusalOf(saga: Saga, state: RunState, operation: OperationName, step?: string): string | null {
  const asked: Operation = {
    operation,
    reason: "asked",
    ...(step === undefined ? {} : { step }),
    ...(operation === "complete" || operation === "skip" ? { result: null } : {}),
    ...(operation === "markCompensated" ? { evidence: "asked" } : {}),
  };
  const at = Math.max(state.updatedAt, state.startedAt);
  const decision = decide(saga, state, {
    type: "OperationRequested",
    at,
    id: "offer",
    actor: "offer",
    operation: asked,
  });
  return decision.refused?.detail ?? null;
}

/** What helps a run that needs a person first: trying again, else going back. Null while it needs nobody. */
export function wayOut(
  { attention }: RunState,
  offers: Readonly<Record<OperationName, Offer>>,
): "retry" | "compensate" | null {
  if (attention.length === 0) return null;
  if (offers.retryCompensation.ok || offers.retry.ok) return "retry";
  return offers.compensate.ok ? "compensate" : null;
}
