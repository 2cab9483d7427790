/** What expressions may read (engine.md section 2). Built only where an expression is evaluated. */
import { defaultReactionInput, eventAt, namesOfEvent, reactionKey } from "./choreography/context";
import { reactionAt } from "./choreography/reactions";
import type { CommandSpec, Saga, SagaStep } from "./definition/saga";
import type { Place } from "./draft";
import type { Evaluated, ExpressionContext, Template } from "./expression/expression";
import { render, renderUrlPath } from "./expression/expression";
import type { Json, JsonObject } from "./json";
import { isJsonObject } from "./json";
import { idempotencyKey } from "./key";
import type { Half, Part, RunState, StepError, StepState, WorkState } from "./run/state";

/** What a step looks like once the transition being decided is recorded, when that is not yet in the state. */
export type StepAhead = {
  readonly id: string;
  readonly status: string;
  readonly result: Json;
  readonly error: StepError | null;
};

/** One thing that is done and undone, with all that is known of it. */
export type Subject = {
  readonly saga: Saga;
  readonly state: RunState;
  readonly spec: SagaStep;
  readonly step: StepState;
  readonly work: WorkState;
  readonly item: number | null;
};

export function subjectOf(saga: Saga, state: RunState, { index, item }: Place): Subject {
  const step = state.steps[index];
  const spec = saga.steps[index];
  const work = item === null ? step : step?.items?.[item];
  if (!step || !spec || !work)
    throw new Error(`${saga.type} v${saga.version} has no such step or item: ${index}, ${item}`);
  return { saga, state, spec, step, work, item };
}

export function contextOf(saga: Saga, state: RunState, ahead?: StepAhead): ExpressionContext {
  const steps: Record<string, { status: string; result: Json; error: Json }> = {};
  for (const s of state.steps) steps[s.id] = { status: s.status, result: s.result, error: errorJson(s.action.error) };
  if (ahead) steps[ahead.id] = { status: ahead.status, result: ahead.result, error: errorJson(ahead.error) };
  return { saga: { id: state.id, type: saga.type, version: saga.version }, data: state.data, steps };
}

/** What a step's command reads: the usual, in a forEach the item and its place, in a reaction its event. */
function commandContext(subject: Subject, half: Half = "action"): ExpressionContext {
  const { saga, state } = subject;
  const context = { ...contextOf(saga, state), ...itemNames(subject) };
  return saga.choreography
    ? { ...context, ...namesOfEvent(state, eventAt(saga, state, placeOf(subject), half)) }
    : context;
}

function placeOf({ saga, spec, item }: Subject): Place {
  return { index: saga.indexOf.get(spec.id) ?? -1, item };
}

/** In a compensation: the same data plus what the action was sent, answered and is known to have done (U2). */
function undoContext(subject: Subject): ExpressionContext {
  const { effect } = subject.work;
  return {
    ...commandContext(subject, "compensation"),
    original_result: originalResult(subject.work),
    original_input: inputOf(subject, "action"),
    action_key: keyOf(subject, "action"),
    outcome: effect === "happened" ? "completed" : effect === "unknown" ? "unknown" : "failed",
  };
}

function probeContext(subject: Subject): ExpressionContext {
  const original_input = inputOf(subject, "action");
  return { ...commandContext(subject), original_input, action_key: keyOf(subject, "action") };
}

export function partContext(subject: Subject, part: Part): ExpressionContext {
  if (part === "action") return commandContext(subject);
  return part === "compensation" ? undoContext(subject) : probeContext(subject);
}

export function keyOf(subject: Subject, half: Half): string {
  const { saga, state, step, work, item } = subject;
  const { generation } = half === "action" ? work.action : work.undo;
  if (saga.choreography) return reactionKey(saga, state, placeOf(subject), half, generation);
  return idempotencyKey({ run: state.id, step: step.id, item: item ?? undefined, generation, half });
}

/** What a part of the step is sent: what it maps or a person edited, else the default of section 9. */
export function inputOf(subject: Subject, part: Part): Json {
  const { work } = subject;
  const half = part === "action" ? work.action : part === "compensation" ? work.undo : work.probe;
  return half?.input ?? defaultInput(subject, part);
}

/** With `original_result` null while the outcome is unknown. */
export function defaultInput(subject: Subject, part: Part): Json {
  const { saga, state, step, work } = subject;
  if (saga.choreography) {
    const half = part === "compensation" ? part : "action";
    return defaultReactionInput(state, eventAt(saga, state, placeOf(subject), half), half === "action" ? null : work);
  }
  const data = subject.item === null ? asObject(state.data) : { ...asObject(state.data), ...itemInput(subject) };
  const base = { ...data, saga_id: state.id, step_name: step.id };
  if (part === "action") return base;
  return part === "compensation"
    ? { ...base, original_result: originalResult(work) }
    : { ...base, action_key: keyOf(subject, "action") };
}

/** Reserved names win over data, and an item over a field of the data that has its name. */
function itemInput({ spec, work, item }: Subject): JsonObject {
  if (item === null || spec.kind !== "forEach") return {};
  return { [spec.as]: itemOf(work), item };
}

function itemNames({ spec, work, item }: Subject): JsonObject {
  if (item === null || spec.kind !== "forEach") return {};
  return { [spec.as]: itemOf(work), index: item };
}

function itemOf(work: WorkState): Json {
  return "value" in work ? (work.value as Json) : null;
}

export type Rendered = { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly error: StepError };

/** What a part of a step maps its input by; in a choreography each reaction by its own. Null: the default input. */
export function inputTemplateOf(subject: Subject, part: Part): Template | null {
  const { saga, state, spec } = subject;
  if (!saga.choreography) return spec[part]?.input ?? null;
  return reactionAt(saga, state, placeOf(subject), part === "compensation" ? part : "action")?.input ?? null;
}

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

function originalResult(w: WorkState): Json {
  return w.effect === "happened" ? w.result : null;
}

function asObject(data: Json): JsonObject {
  return isJsonObject(data) ? data : { data };
}

function errorJson(error: StepError | null): Json {
  return (
    error && { code: error.code, message: error.message, status: error.status ?? null, detail: error.detail ?? null }
  );
}
