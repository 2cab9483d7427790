import { stepTitle } from "@/components/canvas/canvas-model";
import type { StepOf } from "@/components/canvas/step-kind";
import { eventsOf, reactsTo } from "@/engine/choreography/events";
import type { SagaDocument, StepDocument } from "@/engine/definition/document";
import { edgesOf } from "@/engine/definition/edges";
import { isJsonObject, type Json } from "@/engine/json";
import type { Part } from "@/engine/run/state";
import { downstreamOf } from "../changes/edge-changes";
import { namesAt, type Place } from "./place";
import { previewTemplate, sampleItem } from "./preview";

/** Something an expression may read. `detail` says what it is; `value` is the sample's, where there is one. */
export type ContextPath = { readonly path: string; readonly detail: string; readonly value?: Json };

const LONGEST = 400;

/** What expressions at a place may read: what is the place's own first, then the run's data. */
export function contextPaths(document: SagaDocument, place: Place): readonly ContextPath[] {
  const data = dataPaths(document);
  if (place.kind === "saga") return data;
  if (place.kind === "correlation") return eventPaths(document, document.starts ?? "");
  if (place.kind === "reaction") return reactionPaths(document, place.reaction);
  const own = place.kind === "part" ? ownPaths(document, place.step, place.part) : [];
  return [...own, ...data, ...stepPaths(document, upstreamOf(document, place)), ...sagaPaths];
}

const undoPaths: readonly ContextPath[] = [
  { path: "original_result", detail: "what the action answered; null while unknown" },
  { path: "original_input", detail: "what the action was sent" },
  { path: "action_key", detail: "the action's idempotency key" },
  { path: "outcome", detail: "completed, unknown or failed" },
];

/** What a reaction reads: its event, the run, the last event of each type, and what other reactions did. */
function reactionPaths(document: SagaDocument, id: string): readonly ContextPath[] {
  const { reactions = [] } = document;
  const reaction = reactions.find((one) => one.id === id);
  const on = reaction ? reactsTo(reaction) : [];
  const undone = reaction?.undoes === undefined ? [] : undoPaths;
  const others = reactions.filter((one) => one.undoes === undefined && one.id !== id && one.send !== undefined);
  return [
    ...eventPaths(document, on.length === 1 ? (on[0] ?? "") : ""),
    ...undone,
    { path: "run.key", detail: "the key that its events share" },
    { path: "run.id", detail: "the run's id" },
    ...dataPaths(document),
    ...[...eventsOf(document)].map((type) => ({
      path: `${member("events", type)}.data`,
      detail: `of the last ${type}`,
    })),
    ...others.flatMap((one) => [
      { path: `steps.${one.id}.status`, detail: `status of ${stepTitle(one)}` },
      { path: `steps.${one.id}.result`, detail: `what ${stepTitle(one)} answered` },
    ]),
  ];
}

/** An event, with what the sample knows of its data: that is an example of the event that begins a run. */
function eventPaths(document: SagaDocument, type: string): readonly ContextPath[] {
  const isStart = type !== "" && type === document.starts;
  const known = isStart ? dataPaths(document).filter(({ path }) => path !== "data") : [];
  return [
    ...known.map(({ path, ...rest }) => ({ path: `event.${path}`, ...rest })),
    { path: "event.data", detail: "what came with the event" },
    { path: "event.type", detail: type || "the event's type" },
    { path: "event.source", detail: "who said it" },
    { path: "event.id", detail: "the event's id" },
  ];
}

const sagaPaths: readonly ContextPath[] = [
  { path: "saga.id", detail: "the run's id" },
  { path: "saga.type", detail: "the saga's type" },
  { path: "saga.version", detail: "the version's number" },
];

/** What a command of a step reads alone: an undo and a probe what the action did, a forEach its item. */
function ownPaths(document: SagaDocument, id: string, part: Part): readonly ContextPath[] {
  const step = document.steps.find((other) => other.id === id);
  if (!step) return [];
  const names = namesAt(step, part);
  const ofAction = undoPaths.filter(({ path }) => part === "compensation" || names.includes(path));
  return step.kind === "forEach" && step.as ? [...itemPaths(document, step), ...ofAction] : ofAction;
}

function itemPaths(document: SagaDocument, step: StepOf<"forEach">): ContextPath[] {
  const found = new Map<string, ContextPath>();
  const item = sampleItem(document, step);
  if (item === undefined) found.set(step.as, { path: step.as, detail: "the item" });
  else walkSample(item, step.as, found);
  return [...found.values(), { path: "index", detail: "the item's place in the list, from 0" }];
}

/** Steps that have settled when an expression at the place is evaluated. */
export function upstreamOf(
  document: SagaDocument,
  place: Extract<Place, { kind: "step" | "part" | "edge" }>,
): readonly string[] {
  const from = place.kind === "edge" ? place.from : place.step;
  const backward = edgesOf(document).map((edge) => ({ from: edge.to, to: edge.from }));
  const reached = downstreamOf(backward, from);
  return document.steps
    .map((step) => step.id)
    .filter((id) => reached.has(id) && (place.kind === "edge" || id !== from));
}

function stepPaths(document: SagaDocument, ids: readonly string[]): ContextPath[] {
  return ids.flatMap((id) => {
    const step = document.steps.find((other) => other.id === id);
    if (!step) return [];
    const title = stepTitle(step);
    return [
      ...resultPaths(document, step, title),
      { path: `steps.${id}.status`, detail: `status of ${title}` },
      { path: `steps.${id}.error`, detail: `why ${title} failed` },
    ];
  });
}

/** What a step leaves for later ones, as far as its kind says. */
function resultPaths(document: SagaDocument, step: StepDocument, title: string): readonly ContextPath[] {
  const path = `steps.${step.id}.result`;
  switch (step.kind) {
    case "decision":
    case "wait":
      return [];
    case "signal":
      return [{ path, detail: `what came with ${step.signal}` }];
    case "approval":
      return [
        { path: `${path}.decision`, detail: "approve or reject" },
        { path: `${path}.by`, detail: "who decided" },
        ...schemaPaths(step.form, `${path}.form`, "what was filled in"),
      ];
    case "transform":
      return Object.entries(step.set).map(([name, value]) => setPath(document, member(path, name), value, title));
    case "forEach":
      return [{ path, detail: `the list of what ${title} answered` }];
    case "saga":
      return [
        { path: `${path}.results`, detail: `what the steps of ${step.saga} answered` },
        { path: `${path}.saga_id`, detail: "the id of its run" },
      ];
    default:
      return [{ path, detail: `what ${title} answered` }];
  }
}

function setPath(document: SagaDocument, path: string, set: Json, title: string): ContextPath {
  const preview = previewTemplate(document, set);
  const detail = `set by ${title}`;
  return preview.ok && !preview.guessed ? { path, detail, value: preview.value } : { path, detail };
}

/** Paths into the data: what the sample shows, and what the input schema names besides. */
export function dataPaths(document: SagaDocument): ContextPath[] {
  const found = new Map<string, ContextPath>();
  for (const [key, item] of entriesOf(document.sample)) walkSample(item, member("data", key), found);
  walkSchema(document.input, "data", found, 0);
  if (found.size === 0) found.set("data", { path: "data", detail: "the run's input" });
  return [...found.values()].slice(0, LONGEST);
}

function schemaPaths(schema: Json | undefined, path: string, detail: string): readonly ContextPath[] {
  const found = new Map<string, ContextPath>([[path, { path, detail }]]);
  walkSchema(schema, path, found, 0);
  return [...found.values()];
}

const member = (parent: string, key: string) =>
  /^[A-Za-z_]\w*$/.test(key) ? `${parent}.${key}` : `${parent}[${JSON.stringify(key)}]`;

const entriesOf = (value: Json | undefined) => (isJsonObject(value) ? Object.entries(value) : []);

function walkSample(value: Json, path: string, found: Map<string, ContextPath>) {
  if (found.size >= LONGEST) return;
  found.set(path, { path, detail: typeName(value), value });
  for (const [key, item] of entriesOf(value)) walkSample(item, member(path, key), found);
}

function walkSchema(schema: Json | undefined, path: string, found: Map<string, ContextPath>, depth: number) {
  if (!isJsonObject(schema) || !isJsonObject(schema.properties) || depth > 8) return;
  for (const [key, item] of Object.entries(schema.properties)) {
    if (found.size >= LONGEST) return;
    const at = member(path, key);
    if (!found.has(at)) found.set(at, { path: at, detail: isJsonObject(item) ? String(item.type ?? "any") : "any" });
    walkSchema(item, at, found, depth + 1);
  }
}

function typeName(value: Json): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return `list of ${value.length}`;
  return typeof value;
}
