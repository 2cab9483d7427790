import type { Orchestrator } from "./orchestrator";
import type { OrchestratorOptions } from "./options";

export type {
  Moved,
  OperateAnswer,
  OperateRequest,
  Orchestrator,
  OrchestratorStats,
  ServiceHealth,
  StartAnswer,
  StartRequest,
} from "./orchestrator";
export type { OrchestratorOptions } from "./options";

/** Joins the hot path: with a worker of its own, or through the database only. */
export async function createOrchestrator(options: OrchestratorOptions): Promise<Orchestrator> {
  throw new Error(`not yet: ${options.worker}`);
}
