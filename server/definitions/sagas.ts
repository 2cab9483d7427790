import { stringify } from "yaml";
import type { z } from "zod";
import type { Draft, SagaSummary, sagaPage, Version, versionPage } from "@/contract/sagas";
import { parseDefinition } from "@/engine/definition/parse";
import { toYaml } from "@/engine/definition/write";
import { isJsonObject, type Json } from "@/engine/json";
import { type Actor, authorise } from "../auth/actor";
import { canonicalHash } from "../canonical";
import { fromCursor, toPage } from "../cursor";
import type { Deps } from "../deps";
import { Conflict, NotFound } from "../errors";
import type { SagaDefinition } from "../generated/prisma/client";
import { LRUCache } from "../lru";
import { byState, type Counted } from "../runs/counter";
import { audit } from "../settings/audit";
import { noSuchSaga, toDraft } from "./draft-state";

type ListQuery = { readonly cursor?: string | undefined; readonly limit: number };

const typeShape = /^[A-Za-z0-9]{1,80}$/;

/** Saga types by name, with what their runs are doing. */
export async function listSagas(deps: Deps, actor: Actor, query: ListQuery): Promise<z.infer<typeof sagaPage>> {
  authorise(actor, "viewer");
  const [after] = fromCursor(query.cursor, [typeShape]) ?? [];
  const rows = await deps.prisma.sagaDefinition.findMany({
    ...(after ? { where: { type: { gt: after } } } : {}),
    orderBy: { type: "asc" },
    take: query.limit + 1,
  });
  const counted = await deps.counter.counted();
  const latest = await latestHashes(deps, rows);
  const items = rows.map((row) => toSummary(row, latest.get(row.type), counted));
  return toPage(items, query.limit, (saga) => [saga.type]);
}

async function latestHashes({ prisma }: Deps, rows: readonly SagaDefinition[]): Promise<ReadonlyMap<string, string>> {
  const published = rows.filter((row) => row.latestVersion > 0);
  if (published.length === 0) return new Map();
  const versions = await prisma.sagaVersion.findMany({
    where: { OR: published.map(({ type, latestVersion }) => ({ type, number: latestVersion })) },
    select: { type: true, hash: true },
  });
  return new Map(versions.map(({ type, hash }) => [type, hash]));
}

const draftHashes = new LRUCache<string, string>(1_000);

function draftHash(row: SagaDefinition): string {
  const key = `${row.type}:${row.draftRevision}:${row.createdAt.getTime()}`;
  const hash = draftHashes.get(key) ?? canonicalHash(row.draft as Json);
  draftHashes.set(key, hash);
  return hash;
}

function toSummary(row: SagaDefinition, latestHash: string | undefined, counted: Counted): SagaSummary {
  const draft = row.draft as Json;
  const own = counted.bySaga.get(row.type);
  return {
    type: row.type,
    title: row.title,
    latestVersion: row.latestVersion,
    draftChanged: draftHash(row) !== latestHash,
    updatedAt: row.updatedAt.toISOString(),
    ...shapeOf(draft),
    counts: own?.counts ?? byState([]),
    lastFailure: own?.lastFailure ?? null,
  };
}

/** Of a document that may not be valid yet. */
function shapeOf(draft: Json): Pick<SagaSummary, "style" | "mode" | "steps"> {
  const { style, mode, steps, reactions } = isJsonObject(draft) ? draft : ({} as Record<string, Json>);
  const count = (list: Json | undefined) => (Array.isArray(list) ? list.length : 0);
  if (style !== "choreography") return { style: "orchestration", mode: null, steps: count(steps) };
  return { style, mode: mode === "observe" ? mode : "drive", steps: count(reactions) };
}

export async function readDraft({ prisma }: Deps, actor: Actor, type: string): Promise<Draft> {
  authorise(actor, "viewer");
  const row = await prisma.sagaDefinition.findUnique({ where: { type } });
  if (!row) throw noSuchSaga(type);
  return toDraft(row);
}

/** The draft as YAML: its own text if that is YAML, else written from the document. */
export function draftAsYaml({ text, document }: Draft): string {
  if (text !== null && !text.trimStart().startsWith("{")) return text;
  const parsed = parseDefinition(document);
  return parsed.ok ? toYaml(parsed.value) : stringify(document);
}

/** Removes a saga that never ran and was never published. */
export async function deleteSaga(deps: Deps, actor: Actor, type: string): Promise<void> {
  authorise(actor, "designer");
  await deps.prisma.$transaction(async (transaction) => {
    const row = await transaction.sagaDefinition.findUnique({ where: { type } });
    if (!row) throw noSuchSaga(type);
    const { count } = await transaction.sagaDefinition.deleteMany({ where: { type, latestVersion: 0 } });
    if (count === 0) throw new Conflict("published", `${type} has published versions, which runs may carry.`);
    await audit(transaction, { actor, action: "saga.delete", target: type });
  });
  deps.definitions.changed(type);
}

/** Published versions, newest first, without their documents. */
export async function listVersions(
  { prisma }: Deps,
  actor: Actor,
  type: string,
  query: ListQuery,
): Promise<z.infer<typeof versionPage>> {
  authorise(actor, "viewer");
  const [after] = fromCursor(query.cursor, [/^\d{1,9}$/]) ?? [];
  if (!(await prisma.sagaDefinition.findUnique({ where: { type }, select: { type: true } }))) throw noSuchSaga(type);
  const rows = await prisma.sagaVersion.findMany({
    where: { type, ...(after ? { number: { lt: Number(after) } } : {}) },
    omit: { document: true },
    orderBy: { number: "desc" },
    take: query.limit + 1,
  });
  const items = rows.map((row) => ({ ...row, publishedAt: row.publishedAt.toISOString() }));
  return toPage(items, query.limit, (row) => [String(row.number)]);
}

export async function readVersion({ prisma }: Deps, actor: Actor, type: string, number: number): Promise<Version> {
  authorise(actor, "viewer");
  const row = await prisma.sagaVersion.findUnique({ where: { type_number: { type, number } } });
  if (!row) throw new NotFound("version_not_found", `There is no version ${number} of ${type}.`);
  return { ...row, document: row.document as Json, publishedAt: row.publishedAt.toISOString() };
}
