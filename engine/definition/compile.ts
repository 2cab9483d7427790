/**
 * compile: the document with every default filled in, its graph indexed, its expressions parsed. Done once a version;
 * afterwards `decide` evaluates no definition, only what `compile` made of it.
 */
import { compileChoreography } from "../choreography/compile";
import { parseExpression } from "../expression/expression";
import { compileStep } from "../steps";
import { milliseconds, templateOf, unwrap } from "./compile-command";
import type { EdgeDocument, SagaDocument } from "./document";
import { edgesOf } from "./edges";
import { reachability, sortTopologically } from "./graph";
import type { Saga, SagaEdge, SagaStep } from "./saga";

const compiled = new WeakMap<SagaDocument, Map<number, Saga>>();

/** Throws on a document that does not lint. The same document object and version give the same Saga. */
export function compile(document: SagaDocument, version: number): Saga {
  const versions = compiled.get(document) ?? new Map<number, Saga>();
  compiled.set(document, versions);
  const known = versions.get(version);
  if (known) return known;
  const [other] = versions.values();
  const saga = other ? { ...other, version } : buildStyle(document, version);
  versions.set(version, saga);
  return saga;
}

function buildStyle(document: SagaDocument, version: number): Saga {
  return document.style === "choreography" ? compileChoreography(document, version) : build(document, version);
}

function build(document: SagaDocument, version: number): Saga {
  const indexOf = indexSteps(document);
  const edges = edgesOf(document).map((edge) => compileEdge(edge, indexOf));
  const sorted = sortTopologically(document.steps.length, edges);
  if (!sorted.ok) throw new Error(`Cycle: ${sorted.cycle.map((index) => document.steps[index]?.id).join(", ")}`);
  return {
    document,
    type: document.saga,
    version,
    steps: compileSteps(document, edges),
    edges,
    indexOf,
    order: sorted.order,
    downstream: reachability(document.steps.length, edges, sorted.order),
    undoOrder: document.undoOrder ?? "graph",
    deadline: document.deadline === undefined ? null : milliseconds(document.deadline),
    businessKey: document.businessKey === undefined ? null : templateOf(document.businessKey),
    businessKeyUnique: document.businessKeyUnique ?? false,
    exposure: document.exposure === undefined ? null : templateOf(document.exposure),
    choreography: null,
  };
}

function indexSteps(document: SagaDocument): ReadonlyMap<string, number> {
  const indexOf = new Map<string, number>();
  document.steps.forEach((step, index) => {
    if (indexOf.has(step.id)) throw new Error(`Two steps are named ${step.id}`);
    indexOf.set(step.id, index);
  });
  return indexOf;
}

function compileEdge(edge: EdgeDocument, indexOf: ReadonlyMap<string, number>): SagaEdge {
  const from = indexOf.get(edge.from);
  const to = indexOf.get(edge.to);
  if (from === undefined || to === undefined) throw new Error(`Edge to nowhere: ${edge.from} to ${edge.to}`);
  const when = edge.when === undefined ? null : unwrap(parseExpression(edge.when));
  return { from, to, when, otherwise: edge.otherwise ?? false };
}

function compileSteps(document: SagaDocument, edges: readonly SagaEdge[]): SagaStep[] {
  const incoming = document.steps.map((): number[] => []);
  const outgoing = document.steps.map((): number[] => []);
  edges.forEach((edge, index) => {
    outgoing[edge.from]?.push(index);
    incoming[edge.to]?.push(index);
  });
  return document.steps.map((step, index) => ({
    ...compileStep(step),
    incoming: incoming[index] ?? [],
    outgoing: outgoing[index] ?? [],
  }));
}
