import type { Deps } from "../deps";

const patienceMs = 2_000;

export type Readiness = {
  readonly ready: boolean;
  readonly status: "ready" | "draining" | "not_ready";
  readonly checks: { readonly database: boolean; readonly orchestrator: boolean };
};

/** Whether this process can take work now: not stopping, database answers, orchestrator alive. */
export async function readiness(deps: Pick<Deps, "prisma" | "orchestrator" | "isDraining">): Promise<Readiness> {
  const database = await answers(deps.prisma.$queryRaw`select 1`);
  const orchestrator = deps.orchestrator.health().ok;
  const healthy = database && orchestrator;
  const status = deps.isDraining() ? "draining" : healthy ? "ready" : "not_ready";
  return { ready: status === "ready", status, checks: { database, orchestrator } };
}

function answers(question: Promise<unknown>): Promise<boolean> {
  const late = new Promise<boolean>((resolve) => setTimeout(resolve, patienceMs, false).unref());
  return Promise.race([
    question.then(
      () => true,
      () => false,
    ),
    late,
  ]);
}
