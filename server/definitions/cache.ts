import { compile } from "@/engine/definition/compile";
import type { SagaDocument } from "@/engine/definition/document";
import { type DataCheck, dataCheckOf } from "@/engine/definition/input-schema";
import type { Saga } from "@/engine/definition/saga";
import { LRUCache } from "../lru";
import type { PrismaClient } from "../prisma";

export type LoadedVersion = {
  readonly document: SagaDocument;
  readonly saga: Saga;
  readonly check: DataCheck;
  /** `Service.Command` of every half of every step, each once. */
  readonly commands: readonly { readonly service: string; readonly command: string }[];
};

/** Published versions, compiled once; and which one is the latest, believed for a second. */
export type DefinitionCache = {
  /** Number of the latest version, 0 when none is published; null: no such saga. */
  readonly latest: (type: string) => Promise<number | null>;
  readonly version: (type: string, number: number) => Promise<LoadedVersion | null>;
  /** Forgets what was believed of a saga: call after a change to it. */
  readonly changed: (type: string) => void;
};

const believedMs = 1_000;

export function createDefinitionCache(prisma: PrismaClient, now: () => number = Date.now): DefinitionCache {
  const latest = new LRUCache<string, { readonly number: number | null; readonly until: number }>(2_000);
  const versions = new LRUCache<string, LoadedVersion>(500);
  return {
    changed: (type) => latest.delete(type),
    async latest(type) {
      const known = latest.get(type);
      if (known && known.until > now()) return known.number;
      const row = await prisma.sagaDefinition.findUnique({ where: { type }, select: { latestVersion: true } });
      const number = row?.latestVersion ?? null;
      latest.set(type, { number, until: now() + believedMs });
      return number;
    },
    async version(type, number) {
      const key = `${type}:${number}`;
      const known = versions.get(key);
      if (known) return known;
      const row = await prisma.sagaVersion.findUnique({ where: { type_number: { type, number } } });
      if (!row) return null;
      const loaded = load(row.document as unknown as SagaDocument, number);
      versions.set(key, loaded);
      return loaded;
    },
  };
}

/** A document that lints, ready to run and to check data with. */
export function load(document: SagaDocument, number: number): LoadedVersion {
  const saga = compile(document, number);
  const commands = new Map<string, { service: string; command: string }>();
  for (const step of saga.steps)
    for (const half of [step.action, step.compensation])
      if (half) commands.set(`${half.service}.${half.command}`, { service: half.service, command: half.command });
  return { document, saga, check: dataCheck(document), commands: [...commands.values()] };
}

function dataCheck({ saga, input }: SagaDocument): DataCheck {
  if (input === undefined) return () => [];
  const check = dataCheckOf(input);
  if (check.ok) return check.value;
  throw new Error(`${saga} was published with an input schema that is none: ${check.problems[0]?.message}`);
}
