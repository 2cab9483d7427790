import { compile } from "@/engine/definition/compile";
import { asDocument, type SagaDocument } from "@/engine/definition/document";
import { type DataCheck, dataCheckOf } from "@/engine/definition/input-schema";
import type { Saga } from "@/engine/definition/saga";
import { LRUCache } from "../lru";
import type { PrismaClient } from "../prisma";
import { createListeners, type Listeners } from "./listeners";

export type LoadedVersion = {
  readonly document: SagaDocument;
  readonly saga: Saga;
  readonly check: DataCheck;
  /** `Service.Command` of whatever its steps send, probes too, each once. */
  readonly commands: readonly { readonly service: string; readonly command: string }[];
};

/** Published versions, each compiled once however many ask at a time; and which one is the latest, believed for a second. */
export type DefinitionCache = {
  /** Number of the latest version, 0 when none is published; null: no such saga. */
  readonly latest: (type: string) => Promise<number | null>;
  readonly version: (type: string, number: number) => Promise<LoadedVersion | null>;
  readonly listening: Listeners["listening"];
  /** Forgets what was believed of a saga: call after a change to it. */
  readonly changed: (type: string) => void;
};

const believedMs = 1_000;

export function createDefinitionCache(prisma: PrismaClient, now: () => number = Date.now): DefinitionCache {
  const latest = new LRUCache<string, { readonly number: Promise<number | null>; readonly until: number }>(2_000);
  const versions = new LRUCache<string, Promise<LoadedVersion | null>>(500);
  const listeners = createListeners({ prisma, load, now });
  return {
    listening: listeners.listening,
    changed: (type) => {
      latest.delete(type);
      listeners.changed();
    },
    latest(type) {
      const known = latest.get(type);
      if (known && known.until > now()) return known.number;
      const number = readLatest(prisma, type);
      latest.set(type, { number, until: now() + believedMs });
      number.catch(() => latest.delete(type));
      return number;
    },
    version(type, number) {
      const key = `${type}:${number}`;
      const known = versions.get(key);
      if (known) return known;
      const loading = readVersion(prisma, type, number);
      versions.set(key, loading);
      // A version that is not there may come; one that is there never changes.
      loading.then(
        (found) => found ?? versions.delete(key),
        () => versions.delete(key),
      );
      return loading;
    },
  };
}

async function readLatest(prisma: PrismaClient, type: string): Promise<number | null> {
  const row = await prisma.sagaDefinition.findUnique({ where: { type }, select: { latestVersion: true } });
  return row?.latestVersion ?? null;
}

async function readVersion(prisma: PrismaClient, type: string, number: number): Promise<LoadedVersion | null> {
  const row = await prisma.sagaVersion.findUnique({ where: { type_number: { type, number } } });
  return row ? load(asDocument(row.document), number) : null;
}

/** A document that lints, ready to run and to check data with. */
export function load(document: SagaDocument, number: number): LoadedVersion {
  const saga = compile(document, number);
  const commands = new Map<string, { service: string; command: string }>();
  for (const step of saga.steps)
    for (const sent of [step.action, step.compensation, step.probe])
      if (sent) commands.set(`${sent.service}.${sent.command}`, { service: sent.service, command: sent.command });
  return { document, saga, check: dataCheck(document), commands: [...commands.values()] };
}

function dataCheck({ saga, input }: SagaDocument): DataCheck {
  if (input === undefined) return () => [];
  const check = dataCheckOf(input);
  if (check.ok) return check.value;
  throw new Error(`${saga} was published with an input schema that is none: ${check.problems[0]?.message}`);
}
