import type { SagaDocument, StepDocument } from "@/engine/definition/document";
import {
  type ExpressionContext,
  parseExpression,
  parseTemplate,
  type Reference,
  references,
  render,
} from "@/engine/expression/expression";
import { isJsonObject, type Json } from "@/engine/json";
import { idempotencyKey } from "@/engine/key";
import type { Half } from "../changes/change";

/**
 * `guessed`: the value holds placeholders like ‹reserve.result.id› for what only a run can answer. `wrong`: it can never
 * be evaluated; otherwise it only cannot be previewed.
 */
export type Preview =
  | { readonly ok: true; readonly value: Json; readonly guessed: boolean }
  | { readonly ok: false; readonly wrong: boolean; readonly message: string };

const RUN = "run-id";

/** What a half would be sent for the sample. Reads of results are shown as placeholders, as nobody has answered yet. */
export function previewHalf(document: SagaDocument, step: StepDocument, half: Half): Preview {
  const input = inputOf(step[half]);
  if (input !== undefined) return previewTemplate(document, input, { step, half });
  const data = document.sample ?? {};
  const shared = { ...(isJsonObject(data) ? data : { data }), saga_id: RUN, step_name: step.id };
  if (half === "action") return { ok: true, value: shared, guessed: false };
  return { ok: true, value: { ...shared, original_result: mark("original_result") }, guessed: true };
}

/** A template (or expression in `${…}`) over the sample. */
export function previewTemplate(
  document: SagaDocument,
  template: Json,
  at?: { readonly step: StepDocument; readonly half: Half },
): Preview {
  const parsed = parseTemplate(template);
  if (!parsed.ok) return { ok: false, wrong: true, message: parsed.problems[0]?.message ?? "Not a template." };
  return rendered(document, references(parsed.value), (context) => render(parsed.value, context), at);
}

/** A condition over the sample, as it would be evaluated on an edge. */
export function previewCondition(document: SagaDocument, when: string): Preview {
  const parsed = parseExpression(when);
  if (!parsed.ok) return { ok: false, wrong: true, message: parsed.problems[0]?.message ?? "Not an expression." };
  return previewTemplate(document, `\${${when}}`);
}

function rendered(
  document: SagaDocument,
  read: readonly Reference[],
  evaluate: (context: ExpressionContext) => ReturnType<typeof render>,
  at?: { readonly step: StepDocument; readonly half: Half },
): Preview {
  const result = evaluate(sampleContext(document, read, at));
  const guessed = read.some((reference) => isGuess(reference.path));
  if (result.ok) return { ok: true, value: result.value, guessed };
  if (document.sample === undefined)
    return { ok: false, wrong: false, message: "Give the saga a sample (nothing selected, Sample) to preview this." };
  return {
    ok: false,
    wrong: false,
    message: guessed ? `${result.problem.message} It reads what only a run can answer.` : result.problem.message,
  };
}

const isGuess = (path: readonly string[]) =>
  path[0] === "original_result" || (path[0] === "steps" && path[2] === "result");

function sampleContext(
  document: SagaDocument,
  read: readonly Reference[],
  at?: { readonly step: StepDocument; readonly half: Half },
): ExpressionContext {
  const steps = Object.fromEntries(
    document.steps.map(({ id }) => [
      id,
      { status: "completed", result: placeholder(read, ["steps", id, "result"]), error: null },
    ]),
  );
  const context = { saga: { id: RUN, type: document.saga, version: 1 }, data: document.sample ?? null, steps };
  if (at?.half !== "compensation") return context;
  const action = previewHalf(document, at.step, "action");
  return {
    ...context,
    original_result: placeholder(read, ["original_result"]),
    original_input: action.ok ? action.value : null,
    action_key: idempotencyKey(RUN, at.step.id, "action", 1),
    outcome: "completed",
  };
}

const mark = (path: string): Json => `‹${path}›`;

/** A value in which every path that is read below `root` can be read. */
function placeholder(read: readonly Reference[], root: readonly string[]): Json {
  const below = read
    .map(({ path }) => path)
    .filter((path) => path.length > root.length && root.every((key, index) => path[index] === key))
    .map((path) => path.slice(root.length));
  return build(below, root.join("."));
}

function build(paths: readonly (readonly string[])[], name: string): Json {
  const deeper = paths.filter((path) => path.length > 0);
  if (deeper.length === 0) return mark(name);
  const keys = new Set(deeper.map((path) => path[0] ?? ""));
  return Object.fromEntries(
    [...keys].map((key) => [
      key,
      build(
        deeper.filter((path) => path[0] === key).map((path) => path.slice(1)),
        `${name}.${key}`,
      ),
    ]),
  );
}

/** The mapping that a half writes itself. */
export function inputOf(half: StepDocument["action"] | undefined): Json | undefined {
  return typeof half === "object" ? half.input : undefined;
}
