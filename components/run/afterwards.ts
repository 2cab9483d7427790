import { Pause } from "lucide-react";
import { runLook, type StateLook, stateLooks } from "@/components/canvas/status";
import type { OperationPlan, OperationRequest } from "@/contract/runs";
import { decide } from "@/engine/decide";
import type { Saga } from "@/engine/definition/saga";
import type { RunState } from "@/engine/run/state";

/**
 * How the run stands once the operation is accepted, in the words that its header then uses; null for what
 * changes nothing of it. The plan alone does not say how a rollback ends, so the engine is asked.
 */
export function lookAfterwards(
  saga: Saga,
  state: RunState,
  plan: OperationPlan,
  request: OperationRequest | null,
): StateLook | null {
  if (plan.operation === "note" || plan.operation === "startAgain") return null;
  if (plan.operation === "pause") return { ...stateLooks.pending, icon: Pause, word: "Paused" };
  if (!request) return runLook({ state: plan.state });
  const decision = decide(saga, state, {
    type: "OperationRequested",
    at: state.updatedAt,
    id: "plan",
    actor: "plan",
    operation: request,
  });
  const after = decision.state;
  return runLook(after?.state === plan.state ? after : { state: plan.state });
}
