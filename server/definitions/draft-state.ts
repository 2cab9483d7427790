import type { Draft } from "@/contract/sagas";
import type { SagaDocument } from "@/engine/definition/document";
import { lint } from "@/engine/definition/lint";
import { parseDefinition } from "@/engine/definition/parse";
import { isJsonObject, type Json } from "@/engine/json";
import type { Problem } from "@/engine/problem";
import { NotFound } from "../errors";
import type { SagaDefinition } from "../generated/prisma/client";
import { TooCostly, withinTime } from "./within-time";

export type Checked = { readonly document: SagaDocument | null; readonly problems: readonly Problem[] };

const longestCheckMs = 5_000;

/** A draft's shape and sense. `document` is null while its shape is wrong; problems may be warnings only. */
export function check(draft: Json): Checked {
  try {
    return withinTime(longestCheckMs, () => checkNow(draft));
  } catch (error) {
    if (!(error instanceof TooCostly)) throw error;
    const message =
      "Checking the definition takes too long. Simplify its input schema: patterns, $ref and uniqueItems.";
    return { document: null, problems: [{ code: "too-costly", severity: "error", path: "/input", message }] };
  }
}

function checkNow(draft: Json): Checked {
  const parsed = parseDefinition(draft);
  if (!parsed.ok) return { document: null, problems: parsed.problems };
  return { document: parsed.value, problems: lint(parsed.value) };
}

export function hasErrors(problems: readonly Problem[]): boolean {
  return problems.some(({ severity }) => severity === "error");
}

/** What a draft calls itself, or its type. */
export function titleOf(type: string, draft: Json): string {
  const title = isJsonObject(draft) ? draft.title : undefined;
  return typeof title === "string" && title.trim() !== "" ? title.slice(0, 120) : type;
}

export function toDraft(row: SagaDefinition): Draft {
  const document = row.draft as Json;
  return {
    type: row.type,
    title: row.title,
    revision: row.draftRevision,
    document,
    text: row.draftText,
    problems: [...check(document).problems],
    latestVersion: row.latestVersion,
    updatedAt: row.updatedAt.toISOString(),
    updatedBy: row.draftBy,
  };
}

export function noSuchSaga(type: string): NotFound {
  return new NotFound("saga_not_found", `There is no saga ${type}.`);
}
