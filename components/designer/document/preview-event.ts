import { reactionNames } from "@/engine/choreography/compile";
import { reactsTo } from "@/engine/choreography/events";
import type { ReactionDocument, SagaDocument } from "@/engine/definition/document";
import { parseExpression, type Reference } from "@/engine/expression/expression";
import { isJsonObject, type Json, type JsonObject } from "@/engine/json";
import { placeholder, placeholderOf } from "./placeholder";
import { type Preview, previewWith, type Sampled } from "./preview";

const RUN = "run-id";

/** Which run the sample's event would belong to; the sample is an example of the data of the event that begins a run. */
export function previewCorrelation(document: SagaDocument): Preview {
  const { correlation = "", starts = "" } = document;
  const preview = previewWith(document, correlation, reactionNames, (read) => sampleOf(document, starts, read, null));
  if (!preview.ok || (preview.value !== null && preview.value !== "")) return preview;
  return { ok: false, wrong: true, message: "For the sample it gives nothing to tell runs by." };
}

/** What a reaction would send or say, where it reacts to the first of its events. */
export function previewReaction(document: SagaDocument, reaction: ReactionDocument): Preview {
  const type = reactsTo(reaction)[0] ?? "";
  const { input } = reaction;
  if (input !== undefined)
    return previewWith(document, input, reactionNames, (read) => sampleOf(document, type, read, reaction));
  const isStart = type === document.starts && isJsonObject(document.sample);
  const data = isStart ? (document.sample as JsonObject) : { "…": placeholder(`data of ${type || "the event"}`) };
  const result: JsonObject = reaction.undoes === undefined ? {} : { original_result: placeholder("original_result") };
  return { ok: true, value: { ...data, saga_id: placeholder("run.key"), ...result }, guessed: true };
}

/** Whether a reaction's condition holds, as far as a sample can say. */
export function previewWhen(document: SagaDocument, reaction: ReactionDocument): Preview | null {
  const { when } = reaction;
  if (!when) return null;
  const parsed = parseExpression(when, reactionNames);
  if (!parsed.ok) return { ok: false, wrong: true, message: parsed.problems[0]?.message ?? "Not an expression." };
  const type = reactsTo(reaction)[0] ?? "";
  return previewWith(document, `\${${when}}`, reactionNames, (read) => sampleOf(document, type, read, reaction));
}

/** What stands for the things that an expression reads: the sample for the first event, placeholders for the rest. */
function sampleOf(
  document: SagaDocument,
  type: string,
  read: readonly Reference[],
  reaction: ReactionDocument | null,
): Sampled {
  const { sample = null, starts = "" } = document;
  const known = type === starts && document.sample !== undefined;
  const dataOf = (event: string, root: readonly string[]): Json =>
    event === starts && document.sample !== undefined ? sample : placeholderOf(read, root);
  const paths = read.map(({ path }) => path);
  const events = new Set(paths.flatMap(([root, event]) => (root === "events" && event ? [event] : [])));
  const steps = new Set(paths.flatMap(([root, step]) => (root === "steps" && step ? [step] : [])));
  const event = { id: "event-id", source: placeholder("source"), type, data: dataOf(type, ["event", "data"]) };
  const context = {
    saga: { id: RUN, type: document.saga, version: 1 },
    data: sample,
    event,
    run: { id: RUN, key: paths.some(([root]) => root === "run") && reaction ? keyOf(document) : null },
    events: Object.fromEntries(
      [...events].map((name) => [name, { ...event, type: name, data: dataOf(name, ["events", name, "data"]) }]),
    ),
    steps: Object.fromEntries(
      [...steps].map((id) => [
        id,
        { status: "completed", result: placeholderOf(read, ["steps", id, "result"]), error: null },
      ]),
    ),
    ...(reaction?.undoes === undefined
      ? {}
      : { original_result: placeholderOf(read, ["original_result"]), outcome: "completed" }),
  };
  const guesses = (path: readonly string[]) =>
    (path[0] === "event" && path[1] === "data" && !known) ||
    (path[0] === "events" && path[1] !== starts) ||
    (path[0] === "steps" && path[2] === "result") ||
    path[0] === "original_result";
  return { context, guessed: paths.some(guesses) };
}

function keyOf(document: SagaDocument): Json {
  if (document.correlation === undefined) return placeholder("run.key");
  const found = previewCorrelation(document);
  return found.ok ? found.value : placeholder("run.key");
}
