import { asDocument, type SagaDocument } from "@/engine/definition/document";
import type { PrismaClient } from "../prisma";
import type { LoadedVersion } from "./cache";

/**
 * The versions of one saga that know a type of event, newest first: of those that tell their runs by the same expression,
 * the newest. Live runs may be of any of them; `isLatest`: the first is the version that runs begin with.
 */
export type Listener = { readonly versions: readonly [LoadedVersion, ...LoadedVersion[]]; readonly isLatest: boolean };

/** Which choreographies know which types of events. */
export type Listeners = {
  /** What is believed for a second, but a type that seems unknown is looked for anew. */
  readonly listening: (types: readonly string[]) => Promise<ReadonlyMap<string, readonly Listener[]>>;
  /** What was believed is to be read anew. */
  readonly changed: () => void;
};

type Options = {
  readonly prisma: PrismaClient;
  readonly load: (document: SagaDocument, number: number) => LoadedVersion;
  readonly now: () => number;
};

const believedMs = 1_000;

type Published = { readonly latest: number; readonly versions: readonly LoadedVersion[] };

export function createListeners(options: Options): Listeners {
  const { now } = options;
  const published = new Map<string, Published>();
  let byType: ReadonlyMap<string, readonly Listener[]> = new Map();
  let until = 0;
  let reading: Promise<void> | null = null;

  const read = async () => {
    const begunAt = now();
    if (await readPublished(options, published)) byType = toIndex(published);
    until = begunAt + believedMs;
  };
  const refresh = () => {
    reading ??= read().finally(() => {
      reading = null;
    });
    return reading;
  };
  return {
    changed: () => {
      until = 0;
    },
    async listening(types) {
      if (until <= now()) await refresh();
      else if (types.some((type) => !byType.has(type))) await refresh();
      return new Map(types.map((type) => [type, byType.get(type) ?? []]));
    },
  };
}

/** Reads what was published since the last time. False: nothing. */
async function readPublished(options: Options, published: Map<string, Published>): Promise<boolean> {
  const rows = await options.prisma.sagaDefinition.findMany({
    where: { latestVersion: { gt: 0 } },
    select: { type: true, latestVersion: true },
  });
  const changed = rows.filter(({ type, latestVersion }) => published.get(type)?.latest !== latestVersion);
  for (const { type, latestVersion } of changed) {
    const known = published.get(type);
    const versions = await readChoreographies(options, type, { after: known?.latest ?? 0, latest: latestVersion });
    published.set(type, { latest: latestVersion, versions: [...versions, ...(known?.versions ?? [])] });
  }
  return changed.length > 0;
}

/** Versions that are choreographies, newest first. The database looks at the others, which may be large. */
async function readChoreographies(
  { prisma, load }: Options,
  type: string,
  { after, latest }: { readonly after: number; readonly latest: number },
): Promise<LoadedVersion[]> {
  const rows = await prisma.$queryRaw<{ number: number; document: unknown }[]>`
    select v.number, v.document from saga_version v
    where v.type = ${type} and v.number > ${after} and v.number <= ${latest}
      and v.document ->> 'style' = 'choreography'
    order by v.number desc`;
  return rows.map(({ number, document }) => load(asDocument(document), number));
}

function toIndex(published: ReadonlyMap<string, Published>): ReadonlyMap<string, readonly Listener[]> {
  const byType = new Map<string, Listener[]>();
  for (const { latest, versions } of published.values()) {
    const types = new Set(versions.flatMap(({ saga }) => [...(saga.choreography?.events ?? [])]));
    for (const type of types) {
      const listener = toListener(type, latest, versions);
      if (listener) byType.set(type, [...(byType.get(type) ?? []), listener]);
    }
  }
  return byType;
}

function toListener(type: string, latest: number, all: readonly LoadedVersion[]): Listener | null {
  const byExpression = new Map<string | undefined, LoadedVersion>();
  for (const version of all) {
    const { correlation } = version.document;
    if (version.saga.choreography?.events.has(type) && !byExpression.has(correlation))
      byExpression.set(correlation, version);
  }
  const [first, ...others] = byExpression.values();
  return first ? { versions: [first, ...others], isLatest: first.saga.version === latest } : null;
}
