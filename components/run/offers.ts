import { approverWords, isApprover } from "@/components/approvals/approver-words";
import type { Role } from "@/contract/common";
import { decide } from "@/engine/decide";
import type { Saga } from "@/engine/definition/saga";
import type { Operation, OperationName } from "@/engine/run/event";
import { type RunState, type StepState, unitsOf, type WorkState } from "@/engine/run/state";

/** Whether an operation would be accepted now: the engine itself is asked. `steps`: those it may be meant for. */
export type Offer =
  | { readonly ok: true; readonly steps: readonly string[] }
  | { readonly ok: false; readonly why: string };

/** `late`: the steps of which an effect that came too late may be undone by itself (F5). */
export type Offers = Readonly<Record<OperationName, Offer>> & { readonly late: readonly string[] };

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
  "startAgain",
  "note",
] as const satisfies readonly OperationName[];

/** Who would ask: the e-mail is how four-eyes knows a person (F14); null: nobody knows who it is. */
export type Asker = { readonly role: Role; readonly email: string | null };

const nobody: Asker = { role: "operator", email: null };

/** What may be done to a run in this state, and to which of its steps; what may not, and why. */
export function offersOf(saga: Saga, state: RunState, asker: Asker = nobody): Offers {
  const offers = operationNames.map((operation) => [operation, offerOf(saga, state, operation, asker)] as const);
  const late = stepsFor(saga, state, "compensate", asker);
  return { ...(Object.fromEntries(offers) as Record<OperationName, Offer>), late };
}

function offerOf(saga: Saga, state: RunState, operation: OperationName, asker: Asker): Offer {
  const steps = needsStep(operation) ? stepsFor(saga, state, operation, asker) : [];
  if (steps.length > 0) return { ok: true, steps };
  const why = refusalOf(saga, state, { operation }, asker);
  if (why === null && !needsStep(operation)) return { ok: true, steps };
  return { ok: false, why: why ?? "No step of this run needs that" };
}

function stepsFor(saga: Saga, state: RunState, operation: OperationName, asker: Asker): readonly string[] {
  const meant = state.steps.filter((s) => (operation === "compensate" ? isLate(state, s.id) : mayBeMeant(state, s)));
  return meant.flatMap(({ id }) => (refusalOf(saga, state, { operation, step: id }, asker) === null ? [id] : []));
}

/** The items of a forEach that an operation may be meant for; empty for any other step. */
export function itemsFor(saga: Saga, state: RunState, operation: OperationName, step: string, asker: Asker = nobody) {
  const items = state.steps.find(({ id }) => id === step)?.items ?? [];
  return items.flatMap((_, item) => (mayDo(saga, state, { operation, step, item }, asker) ? [item] : []));
}

/** What may be done to one item of a forEach. */
export function offersForItem(saga: Saga, state: RunState, step: string, item: number, asker: Asker = nobody) {
  return [...wantsStep, "compensate" as const].filter((operation) =>
    mayDo(saga, state, { operation, step, item }, asker),
  );
}

type OnItem = { readonly operation: OperationName; readonly step: string; readonly item: number };

function mayDo(saga: Saga, state: RunState, asked: OnItem, asker: Asker): boolean {
  const { operation, step, item } = asked;
  const work = state.steps.find(({ id }) => id === step)?.items?.[item];
  if (!work || !(isLate(state, step, item) || (operation !== "compensate" && isStuckWork(work)))) return false;
  return refusalOf(saga, state, asked, asker) === null;
}

/** Only these can be meant by an operation on a step: asking about the others would cost a thousand decisions. */
function mayBeMeant(state: RunState, step: StepState): boolean {
  if (step.waiting !== null || isStuckWork(step) || isLate(state, step.id)) return true;
  return (step.status === "completed" && !step.passed) || unitsOf(step).some(isStuckWork);
}

const isStuckWork = ({ status, action, undo }: WorkState) =>
  status === "failed" || status === "compensation_failed" || action.retryAt !== null || undo.retryAt !== null;

const isLate = ({ attention }: RunState, step: string, item?: number) =>
  attention.some(
    (need) => need.reason === "late_effect" && need.step === step && (item === undefined || need.item === item),
  );

/** Why the engine would refuse it, or null. What a person would still fill in is filled in here. */
export function refusalOf(
  saga: Saga,
  state: RunState,
  { operation, ...about }: Pick<Operation, "operation" | "step" | "item">,
  asker: Asker = nobody,
): string | null {
  const decides = decisionRefusal(saga, operation, about.step, asker);
  if (decides !== null) return decides;
  const asked: Operation = {
    operation,
    ...about,
    reason: "asked",
    ...(operation === "complete" || operation === "skip" ? { result: null } : {}),
    ...(operation === "markCompensated" ? { evidence: "asked" } : {}),
  };
  const at = Math.max(state.updatedAt, state.startedAt);
  const decision = decide(saga, state, {
    type: "OperationRequested",
    at,
    id: "offer",
    actor: "offer",
    person: asker.email?.toLowerCase() ?? null,
    operation: asked,
  });
  return decision.refused?.detail ?? null;
}

/** What takes the place of a decision is for those who may make it. */
function decisionRefusal(saga: Saga, operation: OperationName, step: string | undefined, asker: Asker): string | null {
  const spec = saga.steps[saga.indexOf.get(step ?? "") ?? -1];
  if (spec?.kind !== "approval" || !["retry", "skip", "complete"].includes(operation)) return null;
  return isApprover(spec.approvers, asker) ? null : `This decision is for others: ${approverWords(spec)}`;
}

/** A step of a run that has not ended is unwound, ended and tried again there, not by itself (U8). */
export function underParent(offers: Offers, parent: string): Offers {
  const refused: Offer = { ok: false, why: `This run is a step of ${parent}, which has not ended. Do it there.` };
  return { ...offers, compensate: refused, cancel: refused, terminate: refused, retry: refused, late: [] };
}

/** What helps a run that needs a person first: trying again, else going back. Null while it needs nobody. */
export function wayOut({ attention }: RunState, offers: Offers): "retry" | "compensate" | null {
  if (attention.length === 0) return null;
  if (offers.retryCompensation.ok || offers.retry.ok) return "retry";
  return offers.compensate.ok ? "compensate" : null;
}
