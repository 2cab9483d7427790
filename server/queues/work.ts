/** What a service does with its queue. Whoever asks speaks for the service, or is an operator who stands in for it. */
import type { z } from "zod";
import type {
  answered,
  claimed,
  claimRequest,
  completeRequest,
  failRequest,
  heartbeatRequest,
  QueueItem,
} from "@/contract/queues";
import type { ServiceTransport } from "@/contract/services";
import type { Json, Outcome } from "@/engine";
import { authoriseFor, type Caller, senderOf } from "../auth/actor";
import type { Deps } from "../deps";
import { type AppError, Conflict, NotFound } from "../errors";
import { failureOf } from "../messages/reply-outcome";
import type { ClaimedRow } from "./sql/claim";

const role = "operator";

/** Gives work away; waits for some as long as is wanted, and no longer than somebody is there to take it. */
export async function claimWork(
  deps: Deps,
  caller: Caller,
  service: string,
  { max, waitMs, signal }: z.output<typeof claimRequest> & { readonly signal: AbortSignal },
): Promise<z.infer<typeof claimed>> {
  authoriseFor(caller, service, role);
  const row = await deps.prisma.service.findUnique({ where: { name: service }, select: { transport: true } });
  if (!row) throw noSuchService(service);
  const { kind } = row.transport as ServiceTransport;
  if (kind !== "queue")
    throw new Conflict("not_a_queue", `${service} is reached by ${kind}: nothing is ever put into a queue for it.`);
  return { items: (await deps.queues.claim(service, { max, waitMs, signal })).map(toItem) };
}

export function completeWork(
  deps: Deps,
  caller: Caller,
  service: string,
  { result, ...lease }: z.output<typeof completeRequest>,
): Promise<z.infer<typeof answered>> {
  return answerWork(deps, caller, service, { ...lease, outcome: { kind: "success", result } });
}

export function failWork(
  deps: Deps,
  caller: Caller,
  service: string,
  { error, ...lease }: z.output<typeof failRequest>,
): Promise<z.infer<typeof answered>> {
  return answerWork(deps, caller, service, { ...lease, outcome: failureOf(error) });
}

type Lease = z.output<typeof heartbeatRequest>;

/** The same answer under the same lease counts once, however often it comes. */
async function answerWork(
  deps: Deps,
  caller: Caller,
  service: string,
  answer: Lease & { readonly outcome: Outcome },
): Promise<z.infer<typeof answered>> {
  authoriseFor(caller, service, role);
  const said = await deps.queues.answer({ ...answer, ...lower(answer), service, sender: senderOf(caller) });
  switch (said) {
    case "accepted":
    case "duplicate":
      return { status: said };
    case "answered_otherwise":
      throw new Conflict("answered_before", "Something else was said of this work under this lease, and it counts.");
    case "run_gone":
      throw new NotFound("run_not_found", "The run is archived: nobody waits for this answer any more.");
    case "lease_lost":
      throw await leaseLost(deps, service);
  }
}

/** Keeps work: its lease begins anew. */
export async function keepWork(
  deps: Deps,
  caller: Caller,
  service: string,
  lease: Lease,
): Promise<{ readonly leaseUntil: string }> {
  authoriseFor(caller, service, role);
  const until = await deps.queues.heartbeat(service, lower(lease));
  if (until === null) throw await leaseLost(deps, service);
  return { leaseUntil: until.toISOString() };
}

function lower({ id, lease }: Lease): Lease {
  return { id: id.toLowerCase(), lease: lease.toLowerCase() };
}

async function leaseLost({ prisma }: Deps, service: string): Promise<AppError> {
  if (!(await prisma.service.findUnique({ where: { name: service }, select: { name: true } })))
    return noSuchService(service);
  const detail =
    "This lease holds nothing any more: it ran out, and the work was given to somebody else, or its time is over. Leave it to them.";
  return new Conflict("lease_lost", detail);
}

function noSuchService(service: string): NotFound {
  return new NotFound("service_not_found", `There is no service ${service}.`);
}

function toItem({ item, leaseUntil, input, ...row }: ClaimedRow): QueueItem {
  const { id, lease, command, run, step, half, attempt, generation, key } = row;
  const named = { id, lease, leaseUntil: leaseUntil.toISOString(), command, run, step, half, attempt, generation };
  return { ...named, ...(item === null ? {} : { item }), key, input: input as Json };
}
