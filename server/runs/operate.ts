import type { z } from "zod";
import type { OperationPlan, OperationRequest, operationResult } from "@/contract/runs";
import type { Json } from "@/engine/json";
import { plan } from "@/engine/plan";
import type { Operation } from "@/engine/run/event";
import { toRunView } from "@/engine/view";
import { type Actor, actorName, authorise } from "../auth/actor";
import { canonicalHash } from "../canonical";
import type { Deps } from "../deps";
import { AppError, BadRequest, Conflict } from "../errors";
import { newId } from "../uuid";
import { scopedKey } from "./idempotency-key";
import { checkOperation } from "./may-operate";
import { loadLiveRun, loadRun } from "./read-run";
import { settled } from "./settled";
import { startAgain } from "./start-again";

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
  const { saga, state } = await loadLiveRun(deps, id);
  await checkOperation(deps, actor, { saga, state, request });
  const run = state.id;
  const key = scopedKey(headers, actor, `operate:${run}`);
  const hash = canonicalHash(request as unknown as Json);
  const isAgain = request.operation === "startAgain";
  const started = isAgain ? await startAgain(deps, actor, { before: state, request, headers, key, hash }) : undefined;
  const operation = started === undefined ? toOperation(request) : toNote(request, started);
  const asked = { id: newId(), run, operation, actor: actorName(actor), person: actor.person, key, hash };
  const answer = await deps.orchestrator.operate(asked);
  const { decided, seq } = await settled(deps, answer, {
    run,
    what: "another operation",
    refused: (refusal, now) => refused(refusal, now, started),
  });
  const view = toRunView((await loadRun(deps, run)).state);
  return { decided, body: { run: view, seq, ...(started === undefined ? {} : { started }) } };
}

/** What an operation would do, by the same code that does it. Changes nothing. */
export async function planOperation(
  deps: Deps,
  actor: Actor,
  id: string,
  request: OperationRequest,
): Promise<OperationPlan> {
  authorise(actor, "operator");
  const { saga, state } = await loadLiveRun(deps, id);
  await checkOperation(deps, actor, { saga, state, request });
  const planned = plan(saga, state, toOperation(request), Date.now(), actor.person);
  if ("refused" in planned) throw refused(planned.refused, state.state);
  return { ...planned, undos: [...planned.undos], forward: [...planned.forward], gaps: [...planned.gaps] };
}

/** Without the fields that were not sent: to the engine, absent and undefined are the same, in the log they are not. */
function toOperation(request: OperationRequest): Operation {
  return Object.fromEntries(Object.entries(request).filter(([, value]) => value !== undefined)) as Operation;
}

/** The old run's log says which the new one is. Whether the plan still held was asked before that was begun. */
function toNote(request: OperationRequest, started: string): Operation {
  const { seq: _, ...operation } = toOperation(request);
  return { ...operation, result: { run: started } };
}

/** Fields at fault are the asker's to correct; anything else is a matter of the run's state. */
const fieldAtFault: Readonly<Record<string, string>> = {
  result_required: "/result",
  evidence_required: "/evidence",
};

function refused({ code, detail }: { code: string; detail: string }, state: string, started?: string): AppError {
  const path = fieldAtFault[code];
  if (path) return new AppError(422, code, detail, { path });
  return new Conflict(code, detail, { state, ...(started === undefined ? {} : { ids: [started] }) });
}
