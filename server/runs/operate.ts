import type { z } from "zod";
import type { OperationPlan, OperationRequest, operationResult } from "@/contract/runs";
import type { Saga } from "@/engine/definition/saga";
import type { Json } from "@/engine/json";
import { plan } from "@/engine/plan";
import type { Operation } from "@/engine/run/event";
import type { RunState } from "@/engine/run/state";
import { toRunView } from "@/engine/view";
import { type Actor, actorName, authorise } from "../auth/actor";
import { canonicalHash } from "../canonical";
import type { Deps } from "../deps";
import { AppError, BadRequest, Conflict, NotFound } from "../errors";
import { newId } from "../uuid";
import { scopedKey } from "./idempotency-key";
import { loadRun } from "./read-run";

type Result = { readonly decided: boolean; readonly body: z.infer<typeof operationResult> };

/** These change no outcome, so they need no reason. */
const withoutReason = new Set(["retry", "pause", "resume", "note"]);

/** Does an operation and answers the run after it; 409 with the run's state when it does not fit. */
export async function operateRun(
  deps: Deps,
  actor: Actor,
  id: string,
  request: OperationRequest,
  headers: Headers,
): Promise<Result> {
  authorise(actor, "operator");
  if (!withoutReason.has(request.operation) && request.reason === "")
    throw new BadRequest("reason_required", `Say why: ${request.operation} needs a reason.`, "/reason");
  const before = await loadRun(deps, id);
  checkStep(before.saga, request);
  const answer = await deps.orchestrator.operate({
    id: newId(),
    run: before.state.id,
    operation: toOperation(request),
    actor: actorName(actor),
    person: actor.person,
    key: scopedKey(headers, actor, `operate:${before.state.id}`),
    hash: canonicalHash(request as unknown as Json),
  });
  switch (answer.kind) {
    case "done":
    case "accepted": {
      const { state } = await loadRun(deps, id);
      const seq = answer.kind === "done" ? answer.seq : state.seq;
      return { decided: answer.kind === "done", body: { run: toRunView(state), seq } };
    }
    case "refused":
      throw refused(answer, (await loadRun(deps, id)).state);
    case "key_reused":
      throw new Conflict("key_reused", "This Idempotency-Key was used with another operation.");
    case "no_such_run":
      throw new NotFound("run_not_found", "There is no such run.");
  }
}

/** What an operation would do, by the same code that does it. Changes nothing. */
export async function planOperation(
  deps: Deps,
  actor: Actor,
  id: string,
  request: OperationRequest,
): Promise<OperationPlan> {
  authorise(actor, "operator");
  const { saga, state } = await loadRun(deps, id);
  checkStep(saga, request);
  const planned = plan(saga, state, toOperation(request), Date.now());
  if ("refused" in planned) throw refused(planned.refused, state);
  return { ...planned, undos: [...planned.undos], forward: [...planned.forward], gaps: [...planned.gaps] };
}

function checkStep(saga: Saga, { step }: OperationRequest): void {
  if (step !== undefined && !saga.indexOf.has(step))
    throw new NotFound("step_not_found", `This run's saga has no step ${step}.`, "/step");
}

/** Without the fields that were not sent: to the engine, absent and undefined are the same, in the log they are not. */
function toOperation(request: OperationRequest): Operation {
  return Object.fromEntries(Object.entries(request).filter(([, value]) => value !== undefined)) as Operation;
}

/** Fields at fault are the asker's to correct; anything else is a matter of the run's state. */
const fieldAtFault: Readonly<Record<string, string>> = {
  result_required: "/result",
  evidence_required: "/evidence",
};

function refused({ code, detail }: { code: string; detail: string }, state: RunState): AppError {
  const path = fieldAtFault[code];
  return path ? new AppError(422, code, detail, { path }) : new Conflict(code, detail, { state: state.state });
}
