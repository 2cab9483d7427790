import { collectDefaultMetrics, Gauge, Registry } from "prom-client";
import type { Orchestrator, OrchestratorStats } from "../orchestrator/client";

const described: Readonly<Record<keyof OrchestratorStats, string>> = {
  ownedRuns: "Runs this process keeps warm",
  flushes: "Commits of the log so far",
  events: "Decisions written so far",
  flushMs: "Median time of the last commits, milliseconds",
  pendingEvents: "Decisions that wait for a commit",
  pendingStarts: "Starts that wait for a commit",
  started: "Runs started so far",
  ended: "Runs ended so far",
  calls: "Calls to services so far",
  openCalls: "Calls under way",
  queuedCalls: "Calls that wait for their service",
  incarnations: "How often the worker began anew",
  archived: "Runs archived so far",
  delivered: "Events handed to their subscriptions so far",
  deliveriesFailed: "Attempts to hand an event over that failed so far",
};

/** What Prometheus scrapes: this process and its orchestrator, without any name of a run, saga or person. */
export function createMetrics(orchestrator: Pick<Orchestrator, "stats">): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  for (const [name, help] of Object.entries(described) as [keyof OrchestratorStats, string][]) {
    const gauge: Gauge = new Gauge({
      name: `saga_studio_${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`,
      help,
      registers: [registry],
      collect: () => gauge.set(orchestrator.stats()[name]),
    });
  }
  return registry;
}
