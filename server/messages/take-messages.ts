/**
 * Messages as a broker hands them over: each a CloudEvent, a reply or an event of somebody's own. Every one is judged by
 * itself, so that a bad one holds up none of the others.
 */
import { z } from "zod";
import { replyEvent, replyType } from "@/contract/messages";
import type { Json } from "@/engine/json";
import { limits } from "@/engine/limits";
import { parseRequest } from "../api/parse-request";
import { parseJson } from "../api/read-body";
import type { BrokerCaller } from "../auth/actor";
import { AppError } from "../errors";
import { acceptEvents } from "./accept-events";
import { type ReplyDeps, takeReplies } from "./accept-replies";

/** A CloudEvent that is no reply; what is in it is for whoever takes it. */
export const cloudEvent = z.looseObject({
  specversion: z.literal("1.0"),
  id: z.string().min(1).max(limits.key),
  source: z.string().min(1).max(limits.key),
  type: z.string().min(1).max(limits.key),
});
export type CloudEvent = z.infer<typeof cloudEvent>;

/** Null for each that is durable now, else why it cannot be taken. Rejects when nobody knows, and then all may come again. */
export async function takeMessages(
  deps: ReplyDeps,
  caller: BrokerCaller,
  bodies: readonly Uint8Array[],
): Promise<readonly (AppError | null)[]> {
  const read = bodies.map(readMessage);
  const replies = await inPlace(read, isReply, (events) => takeReplies(deps, caller, events));
  const events = await inPlace(read, isOther, (others) => acceptEvents(deps, others, caller));
  return read.map((each, index) => (each instanceof AppError ? each : (replies[index] ?? events[index] ?? null)));
}

type Message = AppError | { readonly reply: z.output<typeof replyEvent> } | { readonly other: CloudEvent };

const isReply = (message: Message) => ("reply" in message ? message.reply : null);
const isOther = (message: Message) => ("other" in message ? message.other : null);

/** Those that are meant taken together, and their answers where they stood. */
async function inPlace<T>(
  messages: readonly Message[],
  meant: (message: Message) => T | null,
  take: (events: readonly T[]) => Promise<readonly (AppError | null)[]>,
): Promise<readonly (AppError | null)[]> {
  const places = messages.flatMap((message, index) => {
    const event = meant(message);
    return event === null ? [] : [{ event, index }];
  });
  if (places.length === 0) return [];
  const answers = await take(places.map(({ event }) => event));
  const placed = new Array<AppError | null>(messages.length).fill(null);
  for (const [place, { index }] of places.entries()) placed[index] = answers[place] ?? null;
  return placed;
}

const replyTypes: ReadonlySet<string> = new Set(replyType.options);

function readMessage(body: Uint8Array): Message {
  try {
    if (body.byteLength > limits.largestBody)
      throw new AppError(413, "message_too_large", `A message may have at most ${limits.largestBody / 1_024} KB.`);
    const value: Json = parseJson(body);
    const event = parseRequest(cloudEvent, value, "body");
    return replyTypes.has(event.type) ? { reply: parseRequest(replyEvent, value, "body") } : { other: event };
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}
