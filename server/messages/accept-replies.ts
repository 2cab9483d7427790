/**
 * Replies that come later than the call they answer (engine.md F5, F6): CloudEvents, one or many, checked all before any
 * is accepted. What an early, late or repeated one means is the run's own matter; here it is only made durable.
 */
import type { z } from "zod";
import type { ReplyEvent, repliesAccepted } from "@/contract/messages";
import { type Actor, authorise, type Caller, serviceOf } from "../auth/actor";
import type { Deps } from "../deps";
import { Conflict, NotFound } from "../errors";
import type { ReplyAnswer, ReplyRequest } from "../orchestrator/orchestrator";
import { findRuns } from "./find-runs";
import { runOf, toReplyRequest } from "./reply-request";

type Sent = ReplyEvent | readonly ReplyEvent[];
type PathOf = (index: number) => string;

/** Makes replies durable; where some are and the rest are in doubt it is 503, and the same request goes on. A service may only answer for its own commands. */
export async function acceptReplies(deps: Deps, caller: Caller, sent: Sent): Promise<z.infer<typeof repliesAccepted>> {
  if (serviceOf(caller) === null) authorise(caller as Actor, "operator");
  const events = isMany(sent) ? sent : [sent];
  const pathOf: PathOf = (index) => (isMany(sent) ? `/${index}` : "");
  const runs = await findRuns(
    deps,
    events.flatMap((event) => runOf(event) ?? []),
  );
  const requests = events.map((event, index) => toReplyRequest({ runs, caller, event, path: pathOf(index) }));
  await refuseReused(deps, requests, pathOf);
  const accepted = await write(deps, requests, pathOf);
  const results = requests.map((request) => ({
    id: request.event,
    status: accepted.has(request) ? ("accepted" as const) : ("duplicate" as const),
  }));
  return { accepted: accepted.size, results };
}

function isMany(sent: Sent): sent is readonly ReplyEvent[] {
  return Array.isArray(sent);
}

/** One id is one event. Asked before any is accepted, so that nothing is half done. */
async function refuseReused({ prisma }: Deps, requests: readonly ReplyRequest[], pathOf: PathOf): Promise<void> {
  const keys = [...new Set(requests.map(({ key }) => key))];
  const used = await prisma.sagaDedupe.findMany({ where: { key: { in: keys } }, select: { key: true, hash: true } });
  const hashes = new Map(used.map(({ key, hash }) => [key, hash]));
  for (const [index, { key, hash }] of requests.entries()) {
    if ((hashes.get(key) ?? hash) !== hash) refuse("key_reused", pathOf(index));
    hashes.set(key, hash);
  }
}

/** The requests that were new; of several with one key the first is. */
async function write(
  { orchestrator }: Deps,
  requests: readonly ReplyRequest[],
  pathOf: PathOf,
): Promise<ReadonlySet<ReplyRequest>> {
  const indexes = new Map(requests.map(({ key }, index) => [key, index] as const).reverse());
  const first = requests.filter(({ key }, index) => indexes.get(key) === index);
  const answers = await orchestrator.reply(first);
  for (const [index, request] of first.entries())
    refuse(answers[index]?.kind ?? "accepted", pathOf(indexes.get(request.key) ?? 0));
  return new Set(first.filter((_, index) => answers[index]?.kind === "accepted"));
}

function refuse(kind: ReplyAnswer["kind"], path: string): void {
  if (kind === "no_such_run") throw new NotFound("run_not_found", "There is no such run any more.", `${path}/subject`);
  if (kind !== "key_reused") return;
  const detail = "An event with this source and id said something else before.";
  throw new Conflict("event_reused", detail, { path: `${path}/id` });
}
