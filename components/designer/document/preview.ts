import type { StepOf } from "@/components/canvas/step-kind";
import { commandFieldsOf } from "@/engine/definition/defaults";
import type { SagaDocument, StepDocument } from "@/engine/definition/document";
import { commandOf } from "@/engine/definition/step-commands";
import {
  type ExpressionContext,
  parseExpression,
  parseTemplate,
  type Reference,
  references,
  render,
} from "@/engine/expression/expression";
import { isJsonObject, type Json, type JsonObject } from "@/engine/json";
import { idempotencyKey } from "@/engine/key";
import type { Part } from "@/engine/run/state";
import { namesAt } from "./place";
import { placeholder, placeholderOf } from "./placeholder";

/**
 * `guessed`: the value holds placeholders like ‹reserve.result.id› for what only a run can answer. `wrong`: it can never
 * be evaluated; otherwise it only cannot be previewed.
 */
export type Preview =
  | { readonly ok: true; readonly value: Json; readonly guessed: boolean }
  | { readonly ok: false; readonly wrong: boolean; readonly message: string };

/** The command that an expression is written in; none: a field of a step, an edge, or the saga's own fields. */
export type PreviewPlace = { readonly step: StepDocument; readonly part: Part };

const RUN = "run-id";

/** What a part of a step would be sent for the sample. Reads of results are shown as placeholders, as nobody has answered yet. */
export function previewInput(document: SagaDocument, step: StepDocument, part: Part): Preview {
  const { input } = commandFieldsOf(commandOf(step, part) ?? "");
  if (input !== undefined) return previewTemplate(document, input, { step, part });
  const data = document.sample ?? {};
  const item: JsonObject =
    step.kind === "forEach" ? { [step.as]: sampleItem(document, step) ?? placeholder(step.as), item: 0 } : {};
  const base: JsonObject = { ...(isJsonObject(data) ? data : { data }), ...item, saga_id: RUN, step_name: step.id };
  if (part === "action") return { ok: true, value: base, guessed: false };
  const more: JsonObject =
    part === "compensation" ? { original_result: placeholder("original_result") } : { action_key: keyOf(step) };
  return { ok: true, value: { ...base, ...more }, guessed: part === "compensation" };
}

/** A template (or expression in `${…}`) over the sample. */
export function previewTemplate(document: SagaDocument, template: Json, at?: PreviewPlace): Preview {
  return previewIn({ document, computing: [] }, template, at);
}

/** A condition over the sample, as it would be evaluated on an edge. */
export function previewCondition(document: SagaDocument, when: string): Preview {
  const parsed = parseExpression(when);
  if (!parsed.ok) return { ok: false, wrong: true, message: parsed.problems[0]?.message ?? "Not an expression." };
  return previewTemplate(document, `\${${when}}`);
}

/** The first item of a forEach for the sample, where it has one. */
export function sampleItem(document: SagaDocument, step: StepOf<"forEach">): Json | undefined {
  const items = previewTemplate(document, step.items);
  return items.ok && Array.isArray(items.value) ? items.value[0] : undefined;
}

/** `computing`: transforms whose values are being worked out, so that two that read each other end. */
type Sample = { readonly document: SagaDocument; readonly computing: readonly string[] };

function previewIn(sample: Sample, template: Json, at?: PreviewPlace): Preview {
  const names = at ? namesAt(at.step, at.part) : [];
  return previewWith(sample.document, template, names, (read) => sampleContext(sample, read, at));
}

/** A template with what stands for the things that it reads. `names`: what may be read beside the usual. */
export function previewWith(
  document: SagaDocument,
  template: Json,
  names: readonly string[],
  contextOf: (read: readonly Reference[]) => Sampled,
): Preview {
  const parsed = parseTemplate(template, names);
  if (!parsed.ok) return { ok: false, wrong: true, message: parsed.problems[0]?.message ?? "Not a template." };
  const { context, guessed } = contextOf(references(parsed.value));
  const result = render(parsed.value, context);
  if (result.ok) return { ok: true, value: result.value, guessed };
  if (document.sample === undefined)
    return { ok: false, wrong: false, message: "Give the saga a sample (nothing selected, Sample) to preview this." };
  return {
    ok: false,
    wrong: false,
    message: guessed ? `${result.problem.message} It reads what only a run can answer.` : result.problem.message,
  };
}

export type Sampled = { readonly context: ExpressionContext; readonly guessed: boolean };

function sampleContext(sample: Sample, read: readonly Reference[], at?: PreviewPlace): Sampled {
  const { document } = sample;
  const results = document.steps.map((step) => ({ step, result: sampleResult(sample, read, step) }));
  const steps = Object.fromEntries(
    results.map(({ step, result }) => [step.id, { status: "completed", result: result.value, error: null }]),
  );
  const context = { saga: { id: RUN, type: document.saga, version: 1 }, data: document.sample ?? null, steps };
  const guessed =
    read.some(({ path }) => path[0] === "original_result") || results.some(({ result }) => result.guessed);
  return { context: { ...context, ...ownContext(document, read, at) }, guessed };
}

/** What a step answers, where an expression reads it: what a transform sets, else a value that can be read as written. */
function sampleResult(sample: Sample, read: readonly Reference[], step: StepDocument) {
  const reads = read.some(({ path }) => path[0] === "steps" && path[1] === step.id && path[2] === "result");
  if (!reads) return { value: null, guessed: false };
  if (step.kind === "transform" && !sample.computing.includes(step.id)) {
    const computing = [...sample.computing, step.id];
    const set = previewIn({ ...sample, computing }, step.set);
    if (set.ok) return set;
  }
  return { value: placeholderOf(read, ["steps", step.id, "result"]), guessed: true };
}

/** What the parts of a step read besides: a forEach its item, an undo and a probe what the action did. */
function ownContext(document: SagaDocument, read: readonly Reference[], at: PreviewPlace | undefined): JsonObject {
  if (!at) return {};
  const { step, part } = at;
  const item = step.kind === "forEach" ? itemContext(document, read, step) : {};
  if (part === "action") return item;
  const action = previewInput(document, step, "action");
  return {
    ...item,
    original_input: action.ok ? action.value : null,
    action_key: keyOf(step),
    ...(part === "compensation"
      ? { original_result: placeholderOf(read, ["original_result"]), outcome: "completed" }
      : {}),
  };
}

function itemContext(document: SagaDocument, read: readonly Reference[], step: StepOf<"forEach">): JsonObject {
  return { [step.as]: sampleItem(document, step) ?? placeholderOf(read, [step.as]), index: 0 };
}

const keyOf = (step: StepDocument) =>
  idempotencyKey({
    run: RUN,
    step: step.id,
    item: step.kind === "forEach" ? 0 : undefined,
    generation: 1,
    half: "action",
  });
