/** How a run begins: its business key, what is at stake, and when it must be done. */
import type { Saga } from "./definition/saga";
import type { ExpressionContext, Template } from "./expression/expression";
import { render } from "./expression/expression";
import type { Json } from "./json";
import { limits } from "./limits";
import type { Refusal } from "./run/command";
import type { RunEvent } from "./run/event";
import type { Transition } from "./run/transition";

type Started = Extract<Transition, { type: "RunStarted" }>;
type Requested = Extract<RunEvent, { type: "RunRequested" }>;

/** The first transition of a run, or why it cannot start: an expression of its own cannot be evaluated (F1). */
export function startOf(
  saga: Saga,
  event: Requested,
): { readonly ok: true; readonly started: Started } | { readonly ok: false; readonly refused: Refusal } {
  const context: ExpressionContext = {
    saga: { id: event.run, type: saga.type, version: saga.version },
    data: event.data,
    steps: {},
  };
  const key = renderedFor(saga.businessKey, context);
  if (!key.ok) return refuse("business_key", `businessKey: ${key.message}`);
  const businessKey = key.value === null ? null : typeof key.value === "string" ? key.value : JSON.stringify(key.value);
  if (businessKey !== null && businessKey.length > limits.key)
    return refuse("business_key", `businessKey is longer than ${limits.key} characters`);
  const stake = renderedFor(saga.exposure, context);
  if (!stake.ok) return refuse("exposure", `exposure: ${stake.message}`);
  if (stake.value !== null && typeof stake.value !== "number") {
    return refuse("exposure", `exposure gave ${JSON.stringify(stake.value).slice(0, 80)}, expected a number`);
  }
  return {
    ok: true,
    started: {
      type: "RunStarted",
      run: event.run,
      saga: saga.type,
      version: saga.version,
      data: event.data,
      businessKey,
      exposure: stake.value,
      deadlineAt: saga.deadline === null ? null : event.at + saga.deadline,
      startedBy: event.actor,
      parent: event.parent ?? null,
      ...(event.restartOf === undefined ? {} : { restartOf: event.restartOf }),
      ...(event.persons && event.persons.length > 0 ? { persons: event.persons } : {}),
    },
  };
}

function renderedFor(
  template: Template | null,
  context: ExpressionContext,
): { ok: true; value: Json } | { ok: false; message: string } {
  if (template === null) return { ok: true, value: null };
  const rendered = render(template, context);
  return rendered.ok ? rendered : { ok: false, message: rendered.problem.message };
}

function refuse(code: string, detail: string) {
  return { ok: false as const, refused: { code, detail } };
}
