import { z } from "zod";
import { limits } from "@/engine/limits";
import { isoTime, json, page, problem } from "./common";
import { runLifecycle } from "./runs";

/** A row of the sagas list. */
export const sagaSummary = z.object({
  type: z.string(),
  title: z.string(),
  latestVersion: z.number().int(),
  /** True when the draft differs from the latest version. */
  draftChanged: z.boolean(),
  updatedAt: isoTime,
  /** Of the draft. `mode`: of a choreography, whether commands are sent from here; null: an orchestration. */
  style: z.enum(["orchestration", "choreography"]),
  mode: z.enum(["drive", "observe"]).nullable(),
  /** Or reactions, of a choreography. */
  steps: z.number().int(),
  counts: z.record(runLifecycle, z.number().int()),
  lastFailure: z.object({ run: z.uuid(), at: isoTime, code: z.string(), step: z.string() }).nullable(),
});
export type SagaSummary = z.infer<typeof sagaSummary>;
export const sagaPage = page(sagaSummary);

export const draft = z.object({
  type: z.string(),
  title: z.string(),
  /** Sent back in `If-Match` (as `"<revision>"`) with the next save; 0: there is no draft yet. */
  revision: z.number().int(),
  document: json,
  /** The text as last written, when it was YAML or JSON text. */
  text: z.string().nullable(),
  problems: z.array(problem),
  latestVersion: z.number().int(),
  updatedAt: isoTime,
  updatedBy: z.string().nullable(),
});
export type Draft = z.infer<typeof draft>;

/** `PUT /sagas/{type}/draft` as JSON; as YAML the body is the document's text with `Content-Type: application/yaml`. */
export const saveDraft = z.strictObject({ document: json, text: z.string().max(limits.definition).optional() });

/** `POST /sagas/{type}/versions` publishes the draft; 422 with `problems` when it has errors. */
export const publish = z.strictObject({
  note: z.string().max(limits.reason).default(""),
  revision: z.number().int().optional(),
});

export const version = z.object({
  type: z.string(),
  number: z.number().int(),
  document: json,
  hash: z.string(),
  note: z.string(),
  publishedBy: z.string(),
  publishedAt: isoTime,
});
export type Version = z.infer<typeof version>;
export const versionPage = page(version.omit({ document: true }));
