/**
 * Replies that come later than the call they answer (engine.md F5, F6): CloudEvents, one or many. What an early, late or
 * repeated one means is the run's own matter; here it is only made durable.
 */
import type { z } from "zod";
import type { ReplyEvent, repliesAccepted } from "@/contract/messages";
import { type Actor, authorise, type BrokerCaller, type Caller, serviceOf } from "../auth/actor";
import type { Deps } from "../deps";
import { AppError, Conflict, NotFound } from "../errors";
import type { ReplyAnswer, ReplyRequest } from "../orchestrator/orchestrator";
import { type Placed, refuseMisplaced } from "./at-its-address";
import { findRuns } from "./find-runs";
import { type ReplyCaller, runOf, toReplyRequest } from "./reply-request";

type Sent = ReplyEvent | readonly ReplyEvent[];
type PathOf = (index: number) => string;
export type ReplyDeps = Pick<Deps, "prisma" | "definitions" | "orchestrator">;

/**
 * Makes replies durable, checked all before any is accepted; where some are and the rest are in doubt it is 503, and the
 * same request goes on. A service may only answer for its own commands.
 */
export async function acceptReplies(deps: Deps, caller: Caller, sent: Sent): Promise<z.infer<typeof repliesAccepted>> {
  if (serviceOf(caller) === null) authorise(caller as Actor, "operator");
  const events = isMany(sent) ? sent : [sent];
  const pathOf: PathOf = (index) => (isMany(sent) ? `/${index}` : "");
  const requests = allOrNone(await toRequests(deps, { caller, events, pathOf }));
  allOrNone(await refuseReused(deps, requests, pathOf));
  const answers = await write(deps, requests);
  allOrNone(requests.map((_, index) => refusalOf(answers[index], pathOf(index))));
  const results = requests.map(({ event }, index) => ({
    id: event,
    status: answers[index]?.kind === "accepted" ? ("accepted" as const) : ("duplicate" as const),
  }));
  return { accepted: results.filter(({ status }) => status === "accepted").length, results };
}

/**
 * The same for a broker's messages, each by itself: what cannot be taken is answered with why, and holds up none of the
 * others; null: it is durable. Rejects when nobody knows, and then all of them may come again.
 */
export async function takeReplies(
  deps: ReplyDeps,
  caller: BrokerCaller,
  placed: readonly Placed<ReplyEvent>[],
): Promise<readonly (AppError | null)[]> {
  const pathOf: PathOf = () => "";
  const events = placed.map(({ event }) => event);
  const fitting = await toRequests(deps, { caller, events, pathOf });
  const checked = fitting.map((each, index) => {
    const message = placed[index];
    return each instanceof AppError || !message ? each : (refuseMisplaced(caller, message) ?? each);
  });
  const requests = checked.filter((each): each is ReplyRequest => !(each instanceof AppError));
  const reused = await refuseReused(deps, requests, pathOf);
  const wanted = requests.filter((_, index) => reused[index] === null);
  const answers = await write(deps, wanted);
  const refusals = new Map<ReplyRequest, AppError | null>([
    ...requests.map((request, index) => [request, reused[index] ?? null] as const),
    ...wanted.map((request, index) => [request, refusalOf(answers[index], "")] as const),
  ]);
  return checked.map((each) => (each instanceof AppError ? each : (refusals.get(each) ?? null)));
}

function isMany(sent: Sent): sent is readonly ReplyEvent[] {
  return Array.isArray(sent);
}

/** Throws the first that is refused. */
function allOrNone<T>(results: readonly (T | AppError)[]): readonly T[] {
  return results.map((each) => {
    if (each instanceof AppError) throw each;
    return each;
  });
}

type Read = { readonly caller: ReplyCaller; readonly events: readonly ReplyEvent[]; readonly pathOf: PathOf };

async function toRequests(
  deps: ReplyDeps,
  { caller, events, pathOf }: Read,
): Promise<readonly (ReplyRequest | AppError)[]> {
  const runs = await findRuns(
    deps,
    events.flatMap((event) => runOf(event) ?? []),
  );
  return events.map((event, index) => {
    try {
      return toReplyRequest({ runs, caller, event, path: pathOf(index) });
    } catch (error) {
      if (error instanceof AppError) return error;
      throw error;
    }
  });
}

/** One id is one event. Asked before any is accepted, so that nothing is half done. */
async function refuseReused(
  { prisma }: ReplyDeps,
  requests: readonly ReplyRequest[],
  pathOf: PathOf,
): Promise<readonly (AppError | null)[]> {
  const keys = [...new Set(requests.map(({ key }) => key))];
  const used = await prisma.sagaDedupe.findMany({ where: { key: { in: keys } }, select: { key: true, hash: true } });
  const hashes = new Map(used.map(({ key, hash }) => [key, hash]));
  return requests.map(({ key, hash }, index) => {
    const known = hashes.get(key) ?? hash;
    hashes.set(key, known);
    return known === hash ? null : refusalOf({ kind: "key_reused" }, pathOf(index));
  });
}

/** What became of each; of several with one key the first is written, and the others are duplicates. */
async function write(
  { orchestrator }: ReplyDeps,
  requests: readonly ReplyRequest[],
): Promise<readonly (ReplyAnswer | undefined)[]> {
  const firsts = new Map(requests.map((request) => [request.key, request] as const).reverse());
  const first = requests.filter((request) => firsts.get(request.key) === request);
  const answers = new Map((await orchestrator.reply(first)).map((answer, index) => [first[index]?.key, answer]));
  return requests.map((request) => {
    const answer = answers.get(request.key);
    return firsts.get(request.key) === request || answer?.kind !== "accepted" ? answer : { kind: "duplicate" };
  });
}

function refusalOf(answer: ReplyAnswer | undefined, path: string): AppError | null {
  if (answer?.kind === "no_such_run")
    return new NotFound("run_not_found", "There is no such run any more.", `${path}/subject`);
  if (answer?.kind !== "key_reused") return null;
  const detail = "An event with this source and id said something else before.";
  return new Conflict("event_reused", detail, { path: `${path}/id` });
}
