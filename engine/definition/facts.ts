/** What every rule of lint reads: the document indexed once, with its expressions parsed and its graph sorted. */
import { type Expression, parseExpression, parseTemplate, type Template } from "../expression/expression";
import type { Json } from "../json";
import type { Problem, Result } from "../problem";
import { classOfStep, expressionsOf } from "../steps";
import type { EdgeDocument, SagaDocument, StepDocument } from "./document";
import { edgesOf } from "./edges";
import { reachability, type Sorted, sortTopologically } from "./graph";
import { pointerOf } from "./pointer";
import type { StepClass } from "./saga";

export type Rule = (facts: Facts) => readonly Problem[];

export type StepFacts = {
  readonly step: StepDocument;
  readonly index: number;
  readonly class: StepClass;
  /** The path of the step in the document. */
  readonly path: readonly (string | number)[];
};

/** `from` and `to` are step indexes, or -1 for a step that does not exist. */
export type EdgeFacts = {
  readonly edge: EdgeDocument;
  readonly index: number;
  readonly from: number;
  readonly to: number;
};

/** Who evaluates an expression, and so what it may read. */
export type Reader =
  | { readonly kind: "run" }
  | { readonly kind: "edge"; readonly from: number }
  | { readonly kind: "action"; readonly step: number }
  | { readonly kind: "compensation"; readonly step: number };

export type ExpressionFacts = {
  readonly reader: Reader;
  readonly path: readonly (string | number)[];
  readonly step: string | undefined;
  readonly parsed: Result<Expression | Template>;
  /** What it may read beside the usual context. */
  readonly names: readonly string[];
};

/** The sagas that have a published version, and whether that has a point of no return. */
export type KnownSagas = ReadonlyMap<string, { readonly hasPivot: boolean }>;

export type Facts = {
  readonly document: SagaDocument;
  /** Null: nothing is said of other sagas, so nothing can be wrong with them. */
  readonly known: KnownSagas | null;
  readonly steps: readonly StepFacts[];
  readonly indexOf: ReadonlyMap<string, number>;
  readonly edges: readonly EdgeFacts[];
  /** False when the edges are the sequence of the steps; then there is nothing to point at. */
  readonly edgesWritten: boolean;
  readonly sorted: Sorted;
  /** Empty sets while there is a cycle: rules about order then have nothing to say. */
  readonly downstream: readonly ReadonlySet<number>[];
  readonly expressions: readonly ExpressionFacts[];
};

export function createFacts(document: SagaDocument, known: KnownSagas | null): Facts {
  const indexOf = new Map<string, number>();
  for (const [index, step] of document.steps.entries()) if (!indexOf.has(step.id)) indexOf.set(step.id, index);
  const edges = edgesOf(document).map((edge, index) => ({
    edge,
    index,
    from: indexOf.get(edge.from) ?? -1,
    to: indexOf.get(edge.to) ?? -1,
  }));
  const size = document.steps.length;
  const whole = edges.filter(({ from, to }) => from >= 0 && to >= 0 && from !== to);
  const sorted = sortTopologically(size, whole);
  return {
    document,
    known,
    steps: document.steps.map((step, index) => ({ step, index, class: classOfStep(step), path: ["steps", index] })),
    indexOf,
    edges,
    edgesWritten: (document.edges?.length ?? 0) > 0,
    sorted,
    downstream: sorted.ok ? reachability(size, whole, sorted.order) : document.steps.map(() => new Set<number>()),
    expressions: allExpressions(document, edges),
  };
}

function allExpressions(document: SagaDocument, edges: readonly EdgeFacts[]): ExpressionFacts[] {
  const found: ExpressionFacts[] = [];
  for (const field of ["businessKey", "exposure"] as const) {
    const source = document[field];
    if (source !== undefined) found.push(template({ kind: "run" }, [field], undefined, source));
  }
  for (const [index, step] of document.steps.entries()) {
    for (const { half, path, source, names } of expressionsOf(step)) {
      found.push(template({ kind: half, step: index }, ["steps", index, ...path], step.id, source, names));
    }
  }
  for (const { edge, index, from } of edges) {
    if (edge.when === undefined) continue;
    const path = ["edges", index, "when"];
    const parsed = parseExpression(edge.when);
    found.push({ reader: { kind: "edge", from }, path, step: edge.from, parsed, names: [] });
  }
  return found;
}

function template(
  reader: Reader,
  path: readonly (string | number)[],
  step: string | undefined,
  value: Json,
  names: readonly string[] = [],
): ExpressionFacts {
  return { reader, path, step, parsed: parseTemplate(value, names), names };
}

type Where = { readonly path: readonly (string | number)[]; readonly step?: string | undefined };

export function errorAt({ path, step }: Where, code: string, message: string): Problem {
  return { code, severity: "error", path: pointerOf(path), ...(step === undefined ? {} : { step }), message };
}

export function warningAt(where: Where, code: string, message: string): Problem {
  return { ...errorAt(where, code, message), severity: "warning" };
}
