import type { Saga } from "@/engine/definition/saga";
import type { Deps } from "../deps";

/** A run as far as it takes to write to it: not its state, which is a matter of its log. */
export type FoundRun = { readonly id: string; readonly saga: Saga };

/** Those of these runs that there are, by id. */
export async function findRuns(
  deps: Pick<Deps, "prisma" | "definitions">,
  ids: readonly string[],
): Promise<ReadonlyMap<string, FoundRun>> {
  const rows = await deps.prisma.sagaRun.findMany({
    where: { id: { in: [...new Set(ids)] } },
    select: { id: true, saga: true, version: true },
  });
  const found = await Promise.all(
    rows.map(async ({ id, saga, version }): Promise<[string, FoundRun][]> => {
      const loaded = await deps.definitions.version(saga, version);
      return loaded ? [[id, { id, saga: loaded.saga }]] : [];
    }),
  );
  return new Map(found.flat());
}
