/** What a broker's message is, and what becomes of it: the same for every broker. */
import type { Answer } from "../answer";
import { type Command, nameOf, numbersIn, scopeOf } from "../command";
import { type CloudEvent, type Half, type ReplyOutcome, toReply } from "../events";
import { countAt, isJsonObject, parseJson, textAt } from "../json";
import type { Participant } from "../participant";
import { type Headers, isSigned } from "../signature";
import { toEvent } from "./event-in";

/** `deliveries`: how often it has come by now. Names of headers in lower case; `content-type` is one of them. */
export type Incoming = { readonly body: string; readonly headers: Headers; readonly deliveries: number };

/** `dead`: it is not to come again. */
export type Verdict =
  | { readonly kind: "taken" }
  | { readonly kind: "again"; readonly afterMs: number }
  | { readonly kind: "dead"; readonly reason: string };

export type Take = (incoming: Incoming) => Promise<Verdict>;
export type Say = (event: CloudEvent) => Promise<void>;

/** So often a handler may fail at a message before the message is to blame. */
const mostDeliveries = 10;
/** So far a clock may be ahead of the studio's: what is not longer over is still done. */
const clocksMs = 30_000;
const firstPauseMs = 500;
const longestPauseMs = 30_000;

/** Handles a command and says its reply; it is taken when both are durable. */
export async function takeCommand<Tx>(participant: Participant<Tx>, incoming: Incoming, say: Say): Promise<Verdict> {
  if (participant.secret !== null && !isSigned(participant.secret, incoming.body, incoming.headers, { anyAge: true }))
    return dead(participant, "It is not signed with the service's secret");
  const read = toCommand(participant.name, parseJson(incoming.body));
  if (read === null) return dead(participant, "It is no command");
  try {
    if (read.isExpired && !(await isKnown(participant, read.command))) {
      participant.onError(
        new Error(`${nameOf(read.command)} came when nobody waited for it any more, and was not done`),
      );
      return { kind: "taken" };
    }
    const answer = await participant.receive(read.command);
    if (answer.kind === "failed") throw new Error(answer.message);
    const outcome = toOutcome(answer);
    const reply = outcome && toReply(read.command, read.half, outcome);
    if (reply) await say(reply);
    return { kind: "taken" };
  } catch (error) {
    participant.onError(error);
    if (incoming.deliveries < mostDeliveries) return again(incoming);
    const poison = { code: "poison", message: `The service failed at it ${incoming.deliveries} times` };
    const reply = toReply(read.command, read.half, { error: poison });
    if (reply) await say(reply).catch((cause: unknown) => participant.onError(cause));
    return { kind: "dead", reason: poison.message };
  }
}

/** Reacts to an event; those of other kinds are let pass. */
export async function takeEvent<Tx>(participant: Participant<Tx>, incoming: Incoming): Promise<Verdict> {
  const event = toEvent(incoming);
  if (event === null) return dead(participant, "It is no event");
  try {
    await participant.hear(event);
    return { kind: "taken" };
  } catch (error) {
    participant.onError(error);
    if (incoming.deliveries < mostDeliveries) return again(incoming);
    return { kind: "dead", reason: `The service failed at it ${incoming.deliveries} times` };
  }
}

/** What was done in time is answered whenever it comes again. */
async function isKnown<Tx>({ store }: Participant<Tx>, command: Command): Promise<boolean> {
  return (await store.transaction(scopeOf(command), (book) => book.find(command.key))) !== null;
}

function dead<Tx>(participant: Participant<Tx>, reason: string): Verdict {
  participant.onError(new Error(`A message was not taken. ${reason}`));
  return { kind: "dead", reason };
}

function again({ deliveries }: Incoming): Verdict {
  return { kind: "again", afterMs: Math.min(longestPauseMs, firstPauseMs * 2 ** (deliveries - 1)) };
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
      return { error: { code: answer.code, message: answer.message, retryable: true } };
    case "accepted":
    case "failed":
    case "unheard":
      return null;
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
