import { isStepKind } from "@/components/canvas/step-kind";
import { isChoreography, type SagaDocument } from "@/engine/definition/document";
import type { StepKind } from "@/engine/definition/saga";
import { isJsonObject, type Json, type JsonObject } from "@/engine/json";
import { defaultStepKind } from "@/engine/steps";

/**
 * A value that can be drawn and edited on the canvas, as a document: it may lack commands or break rules, which lint
 * says, but its steps have ids of their own, what their kinds cannot be without is there, if empty, and its edges and
 * positions have the right shape. Null for anything else.
 */
export function toEditable(value: unknown): SagaDocument | null {
  if (!isJsonObject(value) || typeof value.saga !== "string") return null;
  if (isChoreography(value)) return toEditableChoreography(value);
  const steps = stepsOf(value.steps);
  const edges = value.edges ?? undefined;
  const layout = value.layout ?? undefined;
  if (!steps || !areEdges(edges) || !isLayout(layout)) return null;
  const { edges: _, layout: __, ...rest } = value;
  return { ...rest, steps, ...(edges ? { edges } : {}), ...(layout ? { layout } : {}) } as unknown as SagaDocument;
}

/** The same of a choreography: reactions with ids of their own, each to some event, if an empty one. */
function toEditableChoreography(value: JsonObject): SagaDocument | null {
  const { reactions = [], layout: written, ends = {} } = value;
  const layout = written ?? undefined;
  if (!Array.isArray(reactions) || !isJsonObject(ends) || !isLayout(layout)) return null;
  if (!fits(value, { mode: text, correlation: text, starts: text, title: text })) return null;
  const { completed = [], failed = [] } = ends;
  const read = reactions.map(toReaction);
  const ids = new Set(read.map((reaction) => reaction?.id));
  if (read.some((reaction) => reaction === null) || ids.size < read.length) return null;
  if (!areTexts(completed) || !areTexts(failed)) return null;
  const { layout: _, ...rest } = value;
  const whole = {
    ...rest,
    reactions: read,
    ends: { ...ends, completed, failed },
    steps: [],
    ...(layout ? { layout } : {}),
  };
  return whole as unknown as SagaDocument;
}

function toReaction(reaction: Json): (JsonObject & { readonly id: string }) | null {
  if (!isJsonObject(reaction) || typeof reaction.id !== "string" || reaction.id === "") return null;
  if (!fits(reaction, reactionShape)) return null;
  const said = Object.entries(reaction).filter(([, value]) => value !== null || value === reaction.input);
  return { on: "", ...Object.fromEntries(said), id: reaction.id };
}

/** Whether every field that is there has its shape. */
function fits(value: JsonObject, shape: Readonly<Record<string, Shape>>): boolean {
  return Object.entries(shape).every(([field, { is }]) => {
    const held = value[field] ?? undefined;
    return held === undefined || is(held);
  });
}

function stepsOf(value: Json | undefined): readonly object[] | null {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) return null;
  const steps = value.map(toStep);
  const ids = new Set(steps.map((step) => step?.id));
  return steps.every((step) => step !== null) && ids.size === steps.length ? steps : null;
}

/** A field's shape; `empty`: what stands for it where the kind cannot be without it. */
type Shape = { readonly is: (value: Json) => boolean; readonly empty?: Json };

const text: Shape = { is: (value) => typeof value === "string" };
const neededText: Shape = { ...text, empty: "" };
const command: Shape = { is: isCommand };
const commands = { action: { ...command, empty: "" }, compensation: command, probe: command };
const named = { title: text, notes: text };
const texts: Shape = { is: areTexts };
const part: Shape = { is: isJsonObject };
const flag: Shape = { is: (value) => typeof value === "boolean" };
const reactionShape: Readonly<Record<string, Shape>> = {
  ...named,
  on: { is: (value) => typeof value === "string" || areTexts(value) },
  when: text,
  send: text,
  emit: text,
  http: part,
  retry: part,
  timeout: text,
  within: text,
  undoes: text,
  class: text,
  expect: texts,
  fails: texts,
  repeat: flag,
};

const shapes: Readonly<Record<StepKind, Readonly<Record<string, Shape>>>> = {
  action: { class: text, ...commands },
  decision: {},
  wait: { for: text, until: text },
  signal: { signal: neededText, timeout: text },
  approval: {
    approvers: { is: areApprovers, empty: { users: [] } },
    form: { is: isJsonObject },
    due: text,
    fourEyes: { is: (value) => typeof value === "boolean" },
  },
  transform: { set: { is: isJsonObject, empty: {} } },
  forEach: {
    class: text,
    items: neededText,
    as: neededText,
    concurrency: { is: (value) => typeof value === "number" },
    ...commands,
  },
  saga: { class: text, saga: neededText, timeout: text },
};

function toStep(step: Json): (JsonObject & { readonly id: string }) | null {
  if (!isJsonObject(step) || typeof step.id !== "string" || step.id === "") return null;
  if (step.kind !== undefined && typeof step.kind !== "string") return null;
  const kind = step.kind ?? defaultStepKind;
  const shape: Readonly<Record<string, Shape>> = { ...named, ...(isStepKind(kind) ? shapes[kind] : {}) };
  const filled: Record<string, Json> = { ...step };
  for (const [field, { is, empty }] of Object.entries(shape)) {
    const value = step[field] ?? undefined;
    if (value !== undefined && !is(value)) return null;
    if (value !== undefined) continue;
    if (empty !== undefined) filled[field] = empty;
    else delete filled[field];
  }
  return { ...filled, id: step.id };
}

function areTexts(value: Json): boolean {
  return Array.isArray(value) && value.every((item: Json) => typeof item === "string");
}

function isCommand(value: Json): boolean {
  if (typeof value === "string") return true;
  if (!isJsonObject(value) || (value.command !== undefined && typeof value.command !== "string")) return false;
  return [value.retry, value.http].every((part) => part === undefined || isJsonObject(part));
}

function areApprovers(value: Json): boolean {
  if (!isJsonObject(value)) return false;
  if (value.users === undefined) return typeof value.role === "string";
  return Array.isArray(value.users) && value.users.every((user: Json) => typeof user === "string");
}

function areEdges(value: Json | undefined): boolean {
  if (value === undefined) return true;
  return (
    Array.isArray(value) &&
    value.every(
      (edge: Json) =>
        isJsonObject(edge) &&
        typeof edge.from === "string" &&
        typeof edge.to === "string" &&
        (edge.when === undefined || typeof edge.when === "string"),
    )
  );
}

function isLayout(value: Json | undefined): boolean {
  if (value === undefined) return true;
  return (
    isJsonObject(value) &&
    Object.values(value).every((at) => isJsonObject(at) && typeof at.x === "number" && typeof at.y === "number")
  );
}
