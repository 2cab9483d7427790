/** What a broker's message is, and what becomes of it: the same for every broker. */
import type { Answer } from "../answer";
import { type Command, nameOf, numbersIn, scopeOf } from "../command";
import { blamed, isBlamed } from "../errors";
import { type CloudEvent, type Half, notNow, type ReplyOutcome, toReply } from "../events";
import { countAt, isJsonObject, parseJson, textAt } from "../json";
import type { Participant } from "../participant";
import { type Headers, isSigned } from "../signature";
import { toEvent } from "./event-in";

/** `deliveries`: how often it has come by now. Names of headers in lower case; `content-type` is one of them. */
export type Incoming = { readonly body: string; readonly headers: Headers; readonly deliveries: number };

/**
 * `isHeld`: nothing else could be taken meanwhile, so it need not be given back; a broker may count how often it is. `dead`:
 * it is not to come again.
 */
export type Verdict =
  | { readonly kind: "taken" }
  | { readonly kind: "again"; readonly afterMs: number; readonly isHeld: boolean }
  | { readonly kind: "dead"; readonly reason: string };

export type Take = (incoming: Incoming) => Promise<Verdict>;
export type Say = (event: CloudEvent) => Promise<void>;

/** So often a handler may fail at a message before the message is to blame. */
const mostFailures = 10;
/** So far a clock may be ahead of the studio's: what is not longer over is still done. */
const clocksMs = 30_000;
const firstPauseMs = 500;
const longestPauseMs = 30_000;
/** Bytes: the megabyte that a message may have, without its headers. */
const largestBody = 1_000_000;

/** It will never go out, however often it is tried. */
export class TooLarge extends Error {}

/** The text of a message, in no more bytes than it may have. */
export function toBody(event: CloudEvent, most = largestBody): string {
  const body = JSON.stringify(event);
  const bytes = Buffer.byteLength(body);
  const limit = Math.min(most, largestBody);
  if (bytes > limit) throw new TooLarge(`${event.type} has ${bytes} bytes, and a message may have ${limit}`);
  return body;
}

/**
 * Handles a command and says its reply; it is taken when both are durable. Where nobody knows what became of it nothing is
 * said, least of all that it did not happen: its run asks again when the attempt's time is over, and then knows as little.
 */
export async function takeCommand<Tx>(participant: Participant<Tx>, incoming: Incoming, say: Say): Promise<Verdict> {
  if (participant.secret !== null && !isSigned(participant.secret, incoming.body, incoming.headers, { anyAge: true }))
    return dead(participant, "It is not signed with the service's secret");
  const read = toCommand(participant.name, parseJson(incoming.body));
  if (read === null) return dead(participant, "It is no command");
  const { command, half } = read;
  const what = `${half} ${command.key} ${command.attempt}`;
  let reply: CloudEvent | null;
  try {
    if (read.isExpired && !(await isKnown(participant, command))) {
      participant.onError(new Error(`${nameOf(command)} came when nobody waited for it any more, and was not done`));
      return { kind: "taken" };
    }
    reply = toReplyOf(read, await participant.receive(command));
  } catch (error) {
    // An undo is owed for as long as it takes.
    return failedAt(participant, incoming, {
      what,
      error,
      mostFailures: half === "compensation" ? null : mostFailures,
    });
  }
  participant.failures.clear(what);
  try {
    if (reply) await say(reply);
    return { kind: "taken" };
  } catch (error) {
    participant.onError(error);
    return error instanceof TooLarge ? { kind: "dead", reason: error.message } : again(incoming);
  }
}

/** Reacts to an event; those of other kinds are let pass. */
export async function takeEvent<Tx>(participant: Participant<Tx>, incoming: Incoming): Promise<Verdict> {
  const event = toEvent(incoming);
  if (event === null) return dead(participant, "It is no event");
  const what = `event ${event.source} ${event.id}`;
  try {
    await participant.hear(event);
  } catch (error) {
    return failedAt(participant, incoming, { what, error, mostFailures });
  }
  participant.failures.clear(what);
  return { kind: "taken" };
}

type FailedAt = { readonly what: string; readonly error: unknown; readonly mostFailures: number | null };

/**
 * A store that is away is no message's fault. One that is there and will not have what it is given, such as an id that it
 * cannot write, counts like what the handler threw: it never will.
 */
async function failedAt<Tx>(
  participant: Participant<Tx>,
  incoming: Incoming,
  { what, error, ...may }: FailedAt,
): Promise<Verdict> {
  participant.onError(error);
  if (!isBlamed(error) && !(await isThere(participant))) return { ...again(incoming), isHeld: true };
  const failures = participant.failures.add(what);
  if (may.mostFailures === null || failures < may.mostFailures) return again(incoming);
  participant.failures.clear(what);
  return dead(participant, `The service failed ${failures} times at it: ${what}`);
}

async function isThere<Tx>({ store }: Participant<Tx>): Promise<boolean> {
  const look = () => store.transaction("look", (book) => book.find(""));
  return look().then(
    () => true,
    () => false,
  );
}

/** What was done in time is answered whenever it comes again. */
async function isKnown<Tx>({ store }: Participant<Tx>, command: Command): Promise<boolean> {
  return (await store.transaction(scopeOf(command), (book) => book.find(command.key))) !== null;
}

function dead<Tx>(participant: Participant<Tx>, reason: string): Verdict {
  participant.onError(new Error(`A message was not taken. ${reason}`));
  return { kind: "dead", reason };
}

function again({ deliveries }: Incoming) {
  const afterMs = Math.min(longestPauseMs, firstPauseMs * 2 ** (deliveries - 1));
  return { kind: "again", afterMs, isHeld: false } as const;
}

function toReplyOf({ command, half }: Read, answer: Answer): CloudEvent | null {
  const outcome = toOutcome(answer);
  return outcome && toReply(command, half, outcome);
}

function toOutcome(answer: Answer): ReplyOutcome | null {
  switch (answer.kind) {
    case "done":
      return { result: answer.result };
    case "refused": {
      const { status: _, ...error } = answer.problem;
      return { error };
    }
    case "busy":
      return { error: notNow(answer) };
    case "accepted":
    case "unheard":
      return null;
    case "failed":
      throw blamed(new Error(answer.message));
  }
}

type Read = { readonly command: Command; readonly half: Half; readonly isExpired: boolean };

function toCommand(service: string, message: unknown): Read | null {
  if (!isJsonObject(message)) return null;
  const [key, run, step] = [textAt(message, "idempotencykey"), textAt(message, "subject"), textAt(message, "sagastep")];
  const type = textAt(message, "type");
  if (key === null || type === null || !type.startsWith(`${service}.`)) return null;
  const said = textAt(message, "sagahalf");
  const half = said === "compensation" || said === "probe" ? said : "action";
  const inKey = numbersIn(key, run, step);
  const command: Command = {
    ...{ service, command: type.slice(service.length + 1), key, run, step, isLate: false },
    item: countAt(message, "sagaitem", 0) ?? inKey.item,
    generation: countAt(message, "sagageneration", 1) ?? inKey.generation,
    attempt: countAt(message, "sagaattempt", 1),
    input: isJsonObject(message.data) ? message.data : {},
  };
  // An undo and a probe are good whenever they come.
  const isExpired = half === "action" && Date.parse(textAt(message, "expirytime") ?? "") + clocksMs < Date.now();
  return { command, half, isExpired };
}
