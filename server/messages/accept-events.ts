/**
 * Events that services tell each other (engine.md section 8): found the runs that they belong to, and made durable. Over
 * HTTP they are checked all before any is accepted; from a broker each is judged by itself.
 */
import type { EventsTold, ToldCloudEvent, ToldStatus } from "@/contract/events";
import {
  type Actor,
  actorName,
  authorise,
  type BrokerCaller,
  type Caller,
  personsBehind,
  serviceOf,
} from "../auth/actor";
import type { LoadedVersion } from "../definitions/cache";
import { AppError, Conflict, Invalid } from "../errors";
import type { StartRequest, TellAnswer, TellRequest } from "../orchestrator/orchestrator";
import { checkStarts } from "../runs/start-checks";
import type { ReplyDeps } from "./accept-replies";
import { type Placed, refuseMisplaced } from "./at-its-address";
import { type Teller, type Telling, type Told, toTellings } from "./to-tellings";

type Sent = ToldCloudEvent | readonly ToldCloudEvent[];

/** An event with everywhere that it goes; or why it goes nowhere. */
type Checked = readonly Telling[] | AppError;

/** Makes events durable; where some are and the rest are in doubt it is 503, and the same request goes on. A service may only say its own. */
export async function tellEvents(deps: ReplyDeps, caller: Caller, sent: Sent): Promise<EventsTold> {
  const own = serviceOf(caller);
  if (own === null) authorise(caller as Actor, "operator");
  const events = isMany(sent) ? sent : [sent];
  const pathOf = (index: number) => (isMany(sent) ? `/${index}` : "");
  for (const [index, { source }] of events.entries())
    if (own !== null && source !== own) throw spokenFor(`This speaks for ${own}`, source, pathOf(index));
  const checked = await check(deps, events, { teller: tellerOf(caller), pathOf, isBatch: isMany(sent) });
  const tellings = checked.map((each) => {
    if (each instanceof AppError) throw each;
    return each;
  });
  const reused = await findReused(deps, tellings);
  if (reused !== null) throw eventReused(pathOf(reused));
  const answers = await tell(deps, tellings);
  const results = events.map(({ id }, index) => {
    const its = answers[index] ?? [];
    for (const { answer } of its) refuse(answer, pathOf(index));
    return { id, status: statusOf(its), runs: runsOf(its) };
  });
  return { accepted: results.filter(({ status }) => isAccepted.has(status)).length, results };
}

/** From a broker: null for each that is durable, or that nobody here listens to, else why it cannot be taken. */
export async function acceptEvents(
  deps: ReplyDeps,
  placed: readonly Placed<Told>[],
  caller: BrokerCaller,
): Promise<readonly (AppError | null)[]> {
  const events = placed.map(({ event }) => event);
  const teller = { actor: `broker:${caller.broker}` };
  const known = await check(deps, events, { teller, pathOf: () => "", isBatch: false });
  const checked = known.map((each, index) => {
    const message = placed[index];
    return each instanceof AppError || !message ? each : (refuseMisplaced(caller, message) ?? each);
  });
  const foreign = await findForeign(
    deps,
    caller,
    events.filter((_, index) => !(checked[index] instanceof AppError)),
  );
  const isForeign = (index: number) => foreign.has(events[index]?.source ?? "");
  const wanted = checked.map((each, index) => (each instanceof AppError || isForeign(index) ? [] : each));
  const answers = await tell(deps, wanted);
  return checked.map((each, index) => {
    if (each instanceof AppError) return each.code === "unknown_event" ? null : each;
    if (isForeign(index))
      return spokenFor(`The broker ${caller.broker} does not speak for it`, events[index]?.source ?? "", "");
    return (answers[index] ?? []).map(({ answer }) => refusalOf(answer, "")).find((why) => why !== null) ?? null;
  });
}

function isMany(sent: Sent): sent is readonly ToldCloudEvent[] {
  return Array.isArray(sent);
}

function tellerOf(caller: Caller): Teller {
  const own = serviceOf(caller);
  if (own !== null) return { actor: `service:${own}` };
  const actor = caller as Actor;
  return { actor: actorName(actor), persons: personsBehind(actor) };
}

function spokenFor(who: string, source: string, path: string): AppError {
  return new AppError(403, "other_service", `${who}, and the event says that ${source} says it.`, {
    path: `${path}/source`,
  });
}

/** Sources that are services which are reached in another way: nobody on this broker may speak for them. */
async function findForeign(
  { prisma }: ReplyDeps,
  { services }: BrokerCaller,
  events: readonly Told[],
): Promise<ReadonlySet<string>> {
  const sources = [...new Set(events.map(({ source }) => source))].filter((source) => !services.has(source));
  if (sources.length === 0) return new Set();
  const rows = await prisma.service.findMany({ where: { name: { in: sources } }, select: { name: true } });
  return new Set(rows.map(({ name }) => name));
}

// ------------------------------------------------------------------ checking

type Checking = {
  readonly teller: Teller;
  readonly pathOf: (index: number) => string;
  /** Whether a refusal that would come later must be known before any of them is accepted. */
  readonly isBatch: boolean;
};

async function check(
  { definitions }: ReplyDeps,
  events: readonly Told[],
  { teller, pathOf, isBatch }: Checking,
): Promise<readonly Checked[]> {
  const listening = await definitions.listening([...new Set(events.map(({ type }) => type))]);
  return events.map((event, index) => {
    const path = pathOf(index);
    const found = toTellings(event, listening.get(event.type) ?? [], { teller, path });
    if (found instanceof AppError) return found;
    try {
      for (const { request, begins } of found) if (begins) checkStart(begins, request, { path, isBatch });
      return found;
    } catch (error) {
      if (error instanceof AppError) return error;
      throw error;
    }
  });
}

function checkStart(
  version: LoadedVersion,
  { id, saga, event, actor, at, hash }: TellRequest,
  { path, isBatch }: { readonly path: string; readonly isBatch: boolean },
): void {
  const number = version.saga.version;
  const start: StartRequest = { id, saga, version: number, data: event.data, actor, at, key: null, hash, event };
  checkStarts(version, [start], { pathOf: () => `${path}/data`, expressions: isBatch });
}

/** One id is one event. Asked before any is accepted, so that nothing is half done. The place of the first that is not. */
async function findReused({ prisma }: ReplyDeps, tellings: readonly (readonly Telling[])[]): Promise<number | null> {
  const keys = [...new Set(tellings.flat().map(({ request }) => request.dedupe))];
  const used = await prisma.sagaDedupe.findMany({ where: { key: { in: keys } }, select: { key: true, hash: true } });
  const hashes = new Map(used.map(({ key, hash }) => [key, hash]));
  for (const [index, its] of tellings.entries())
    for (const { request } of its) {
      const known = hashes.get(request.dedupe) ?? request.hash;
      if (known !== request.hash) return index;
      hashes.set(request.dedupe, known);
    }
  return null;
}

// ------------------------------------------------------------------- telling

type Answered = { readonly saga: string; readonly answer: TellAnswer };

/** The answers of each event, one for each saga that takes it. */
async function tell(
  { orchestrator }: ReplyDeps,
  tellings: readonly (readonly Telling[])[],
): Promise<readonly (readonly Answered[])[]> {
  const requests = tellings.flat().map(({ request }) => request);
  const answers = requests.length > 0 ? await orchestrator.tell(requests) : [];
  const byRequest = new Map(requests.map((request, index) => [request, answers[index]]));
  return tellings.map((its) =>
    its.flatMap(({ request }) => {
      const answer = byRequest.get(request);
      return answer ? [{ saga: request.saga, answer }] : [];
    }),
  );
}

function refuse(answer: TellAnswer, path: string): void {
  const why = refusalOf(answer, path);
  if (why) throw why;
}

function refusalOf(answer: TellAnswer, path: string): AppError | null {
  switch (answer.kind) {
    case "key_reused":
      return eventReused(path);
    case "too_many_early":
      return new Invalid("too_many_early", "Too many events wait for this run, which has not begun.", { path });
    case "refused":
      return new Invalid(answer.code, answer.detail, { path: `${path}/data` });
    default:
      return null;
  }
}

function eventReused(path: string): AppError {
  const detail = "An event with this source and id said something else before.";
  return new Conflict("event_reused", detail, { path: `${path}/id` });
}

const statuses: readonly ToldStatus[] = ["started", "delivered", "kept", "duplicate", "ignored"];
const isAccepted: ReadonlySet<ToldStatus> = new Set(["started", "delivered", "kept"]);

function statusOf(its: readonly Answered[]): ToldStatus {
  return statuses.find((status) => its.some(({ answer }) => answer.kind === status)) ?? "ignored";
}

function runsOf(its: readonly Answered[]): EventsTold["results"][number]["runs"] {
  return its.flatMap(({ saga, answer }) => ("run" in answer && answer.run !== null ? [{ saga, run: answer.run }] : []));
}
