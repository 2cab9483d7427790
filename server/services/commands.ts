import type { Deps } from "../deps";

type Used = { readonly commands: Set<string>; readonly sagas: Set<string> };

/** What the latest versions of all sagas send, by service. Versions are compiled once, so this costs one small query. */
export async function commandsByService({ prisma, definitions }: Deps): Promise<ReadonlyMap<string, Used>> {
  const published = await prisma.sagaDefinition.findMany({
    where: { latestVersion: { gt: 0 } },
    select: { type: true, latestVersion: true },
  });
  const used = new Map<string, Used>();
  for (const { type, latestVersion } of published) {
    const version = await definitions.version(type, latestVersion);
    for (const { service, command } of version?.commands ?? []) {
      const entry = used.get(service) ?? { commands: new Set(), sagas: new Set() };
      entry.commands.add(command);
      entry.sagas.add(type);
      used.set(service, entry);
    }
  }
  return used;
}
