import type { ReplyEvent } from "@/contract/messages";
import type { Json } from "@/engine/json";
import { type BrokerCaller, type Caller, senderOf, serviceOf } from "../auth/actor";
import { canonicalHash } from "../canonical";
import { AppError, Invalid, NotFound } from "../errors";
import type { ReplyRequest } from "../orchestrator/orchestrator";
import { newId, uuidShape } from "../uuid";
import { otherSource } from "./at-its-address";
import type { FoundRun } from "./find-runs";
import { outcomeOf } from "./reply-outcome";
import { targetOf } from "./reply-target";

type Named = {
  readonly subject?: string | null | undefined;
  readonly data: { readonly saga_id?: string | null | undefined };
};

/** The id of the run that a reply is for; null where it names none, or what is no id. */
export function runOf({ subject, data }: Named): string | null {
  const named = subject ?? data.saga_id ?? "";
  return uuidShape.test(named) ? named.toLowerCase() : null;
}

export type ReplyCaller = Caller | BrokerCaller;

export type Reply = {
  readonly runs: ReadonlyMap<string, FoundRun>;
  readonly caller: ReplyCaller;
  readonly event: ReplyEvent;
  /** Where in the body it stands. */
  readonly path: string;
};

/** A reply that fits its run's version, as the orchestrator takes it; throws with the path of the field at fault. */
export function toReplyRequest({ runs, caller, event, path }: Reply): ReplyRequest {
  const { data } = event;
  const run = findRun(runs, event, path);
  const { half, command } = targetOf(run.saga, event, path);
  if (!mayAnswerFor(caller, command.service)) throw otherService(caller, event, path);
  // A broker's own permissions are by source: an answer of another source is not covered by them.
  if (caller.via === "broker" && event.source !== command.service)
    throw otherSource(`${data.step_name} calls ${command.service}, and the reply says that ${event.source} answers.`);
  return {
    id: newId(),
    event: event.id,
    run: run.id,
    step: data.step_name,
    half,
    ...(data.item == null ? {} : { item: data.item }),
    ...(data.attempt == null ? {} : { attempt: data.attempt }),
    ...(data.generation == null ? {} : { generation: data.generation }),
    outcome: outcomeOf(event, path),
    ...(caller.via === "broker" ? {} : senderOf(caller)),
    // By service, so that none can use up another's ids.
    key: `reply:${canonicalHash([command.service, event.source, event.id])}`,
    hash: hashOf(event, run),
  };
}

function mayAnswerFor(caller: ReplyCaller, service: string): boolean {
  if (caller.via === "broker") return caller.services.has(service);
  const own = serviceOf(caller);
  return own === null || own === service;
}

/** Of what it means: whoever sends it again may stamp it with another time or trace. */
function hashOf({ type, data }: ReplyEvent, run: FoundRun): string {
  return canonicalHash({ type, run: run.id, data: { ...(data as { [key: string]: Json }), saga_id: null } });
}

function findRun(runs: Reply["runs"], event: ReplyEvent, path: string): FoundRun {
  const { subject, data } = event;
  if (subject == null && data.saga_id == null)
    throw new Invalid("run_required", "Name the run in subject, or in data.saga_id.", { path: `${path}/subject` });
  if (subject != null && data.saga_id != null && subject.toLowerCase() !== data.saga_id.toLowerCase())
    throw new Invalid("run_differs", "subject and data.saga_id name different runs.", { path: `${path}/data/saga_id` });
  const run = runs.get(runOf(event) ?? "");
  if (run) return run;
  throw new NotFound(
    "run_not_found",
    "There is no such run.",
    `${path}${subject == null ? "/data/saga_id" : "/subject"}`,
  );
}

function otherService(caller: ReplyCaller, { data }: ReplyEvent, path: string): AppError {
  const detail =
    caller.via === "broker"
      ? `${data.step_name} calls a service that is not registered on this broker.`
      : `This speaks for ${serviceOf(caller)}, and ${data.step_name} calls another service.`;
  return new AppError(403, "other_service", detail, { path: `${path}/data/step_name` });
}
