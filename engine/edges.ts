/** Which of a step's outgoing edges are taken once nothing more comes of it (engine.md F1). */
import { contextOf, expressionError, type StepAhead } from "./context";
import type { SagaEdge } from "./definition/saga";
import type { Draft } from "./draft";
import { type ExpressionContext, evaluate } from "./expression/expression";
import type { StepError } from "./run/state";

export type Edges =
  | { readonly ok: true; readonly taken: { readonly taken?: readonly string[] } }
  | { readonly ok: false; readonly error: StepError };

/**
 * All edges whose condition holds, side by side; of a decision, the first one, else the one that says otherwise. `taken`
 * is left out when all are, so that the log stays short.
 */
export function edgesTaken(draft: Draft, index: number, ahead: StepAhead): Edges {
  const spec = draft.spec(index);
  const out = spec.outgoing.map((edge) => draft.saga.edges[edge] as SagaEdge);
  if (spec.kind !== "decision" && out.every((edge) => !edge.when)) return { ok: true, taken: {} };
  const context = contextOf(draft.saga, draft.state, ahead);
  const chosen = spec.kind === "decision" ? oneOf(draft, out, context) : allOf(draft, out, context);
  if ("error" in chosen) return { ok: false, error: chosen.error };
  const taken = chosen.edges.map((edge) => draft.spec(edge.to).id);
  return { ok: true, taken: taken.length === out.length ? {} : { taken } };
}

type Chosen = { readonly edges: readonly SagaEdge[] } | { readonly error: StepError };

function allOf(draft: Draft, out: readonly SagaEdge[], context: ExpressionContext): Chosen {
  const edges: SagaEdge[] = [];
  for (const edge of out) {
    const holds = isHolding(draft, edge, context);
    if (typeof holds !== "boolean") return { error: holds };
    if (holds) edges.push(edge);
  }
  return { edges };
}

function oneOf(draft: Draft, out: readonly SagaEdge[], context: ExpressionContext): Chosen {
  for (const edge of out) {
    if (edge.otherwise) continue;
    const holds = isHolding(draft, edge, context);
    if (typeof holds !== "boolean") return { error: holds };
    if (holds) return { edges: [edge] };
  }
  const otherwise = out.find((edge) => edge.otherwise);
  if (otherwise || out.length === 0) return { edges: otherwise ? [otherwise] : [] };
  return { error: { code: "no_way", message: "No condition of the decision is true, and no way says otherwise" } };
}

function isHolding(draft: Draft, { to, when }: SagaEdge, context: ExpressionContext): boolean | StepError {
  if (when === null) return true;
  const name = draft.spec(to).id;
  const holds = evaluate(when, context);
  if (!holds.ok) return expressionError(`Condition to ${name}: ${holds.problem.message}`);
  if (typeof holds.value === "boolean") return holds.value;
  return expressionError(`Condition to ${name} gave ${JSON.stringify(holds.value)}, expected true or false`);
}
