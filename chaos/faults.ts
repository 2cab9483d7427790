/** Which fault comes when: drawn from the seed alone, before anything runs. */
import { setTimeout as delay } from "node:timers/promises";
import type { Cluster } from "./cluster";
import type { ChaosOptions } from "./options";
import { stream } from "./random";

type Kind = "kill" | "stop" | "database" | "participant";

/** Milliseconds. `at`: from the beginning. `lasts`: until the process is back. */
export type Fault = { readonly kind: Kind; readonly at: number; readonly lasts: number; readonly worker: number };

type Plan = { readonly every: readonly [number, number]; readonly lasts: readonly [number, number] };

const plans: Readonly<Record<Kind, Plan>> = {
  kill: { every: [2_000, 10_000], lasts: [0, 1_000] },
  // Past the lease of 20 s, so that others take the runs while their old owner still believes in them.
  stop: { every: [8_000, 20_000], lasts: [21_000, 27_000] },
  database: { every: [12_000, 25_000], lasts: [0, 2_000] },
  participant: { every: [15_000, 30_000], lasts: [0, 1_000] },
};

export function planFaults({ seed, seconds, workers, without }: ChaosOptions): readonly Fault[] {
  const faults: Fault[] = [];
  for (const [name, { every, lasts }] of Object.entries(plans)) {
    if (without.includes(name)) continue;
    const next = stream(seed, name);
    for (let at = next(every[0] / 2, every[1]); at < seconds * 1_000; at += next(...every)) {
      faults.push({ kind: name as Kind, at, lasts: next(...lasts), worker: Math.floor(next(0, workers)) });
    }
  }
  return faults.sort((a, b) => a.at - b.at);
}

/** Lets the faults happen, and resolves when the last one is over. */
export async function happenFaults(
  cluster: Cluster,
  faults: readonly Fault[],
  say: (line: string) => void,
): Promise<void> {
  const begun = performance.now();
  const now = () => (performance.now() - begun) / 1_000;
  await Promise.all(
    faults.map(async (fault) => {
      await delay(fault.at);
      say(
        `${now().toFixed(1)} s: ${fault.kind}${/kill|stop/.test(fault.kind) ? ` worker ${fault.worker}` : ""}, ${Math.round(fault.lasts)} ms`,
      );
      await befall(cluster, fault);
    }),
  );
}

async function befall(cluster: Cluster, { kind, lasts, worker }: Fault): Promise<void> {
  switch (kind) {
    case "kill":
      await cluster.killWorker(worker);
      await delay(lasts);
      return cluster.startWorker(worker);
    case "stop":
      cluster.stopWorker(worker);
      await delay(lasts);
      return cluster.continueWorker(worker);
    case "database":
      await cluster.crashDatabase();
      await delay(lasts);
      return cluster.startDatabase();
    case "participant":
      await cluster.killParticipant();
      await delay(lasts);
      return cluster.startParticipant();
  }
}
