/** What expressions may read (engine.md section 2). Built only where an expression is evaluated. */
import type { CommandSpec, Saga } from "./definition/saga";
import type { Evaluated, ExpressionContext, Template } from "./expression/expression";
import { render, renderUrlPath } from "./expression/expression";
import type { Json, JsonObject } from "./json";
import { isJsonObject } from "./json";
import { idempotencyKey } from "./key";
import type { RunState, StepError, StepState } from "./run/state";

/** What a step looks like once the transition being decided is recorded, when that is not yet in the state. */
export type StepAhead = {
  readonly id: string;
  readonly status: string;
  readonly result: Json;
  readonly error: StepError | null;
};

export function contextOf(saga: Saga, state: RunState, ahead?: StepAhead): ExpressionContext {
  const steps: Record<string, { status: string; result: Json; error: Json }> = {};
  for (const s of state.steps) steps[s.id] = { status: s.status, result: s.result, error: errorJson(s.action.error) };
  if (ahead) steps[ahead.id] = { status: ahead.status, result: ahead.result, error: errorJson(ahead.error) };
  return { saga: { id: state.id, type: saga.type, version: saga.version }, data: state.data, steps };
}

/** In a compensation: the same data plus what the action was sent, answered and is known to have done (U2). */
export function undoContextOf(saga: Saga, state: RunState, s: StepState): ExpressionContext {
  return {
    ...contextOf(saga, state),
    original_result: originalResult(s),
    original_input: actionInput(state, s),
    action_key: idempotencyKey(state.id, s.id, "action", s.action.generation),
    outcome: s.effect === "happened" ? "completed" : s.effect === "unknown" ? "unknown" : "failed",
  };
}

/** What the action is sent: what the step maps or a person edited, else the default of section 9. */
export function actionInput(state: RunState, s: StepState): Json {
  return s.action.input ?? { ...asObject(state.data), saga_id: state.id, step_name: s.id };
}

/** What the compensation is sent, with `original_result` null while the outcome is unknown. */
export function undoInput(state: RunState, s: StepState): Json {
  return s.undo.input ?? defaultUndoInput(state, s);
}

export function defaultUndoInput(state: RunState, s: StepState): Json {
  return { ...asObject(state.data), saga_id: state.id, step_name: s.id, original_result: originalResult(s) };
}

export type Rendered = { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly error: StepError };

/** Renders a template; an expression that cannot be evaluated is an error of the step, never a crash. */
export function renderFor(template: Template, context: ExpressionContext): Rendered {
  return toRendered(render(template, context));
}

function toRendered(rendered: Evaluated): Rendered {
  return rendered.ok ? rendered : { ok: false, error: expressionError(rendered.problem.message) };
}

const leadsElsewhere = /^[^?#]*\/\.\.?($|[/?#])/;

/** The HTTP path of a call, or undefined where the step has none of its own. */
export function renderPath(
  http: CommandSpec["http"],
  context: ExpressionContext | null,
): { readonly ok: true; readonly value: string | undefined } | { readonly ok: false; readonly error: StepError } {
  if (http === null || context === null) return { ok: true, value: undefined };
  const path = toRendered(renderUrlPath(http.path, context));
  if (!path.ok) return path;
  const { value } = path;
  if (typeof value !== "string")
    return { ok: false, error: expressionError(`The HTTP path gave ${JSON.stringify(value)}, expected a text`) };
  if (leadsElsewhere.test(value))
    return { ok: false, error: expressionError(`The HTTP path ${value.slice(0, 200)} leads elsewhere by "." or ".."`) };
  return { ok: true, value };
}

export function expressionError(message: string): StepError {
  return { code: "expression", message };
}

function originalResult(s: StepState): Json {
  return s.effect === "happened" ? s.result : null;
}

function asObject(data: Json): JsonObject {
  return isJsonObject(data) ? data : { data };
}

function errorJson(error: StepError | null): Json {
  return (
    error && { code: error.code, message: error.message, status: error.status ?? null, detail: error.detail ?? null }
  );
}
