/**
 * Messages as a broker hands them over: each a CloudEvent, a reply or an event of somebody's own. Every one is judged by
 * itself, so that a bad one holds up none of the others.
 */
import { z } from "zod";
import { replyEvent, replyType } from "@/contract/messages";
import type { Json } from "@/engine/json";
import { limits } from "@/engine/limits";
import { parseJson } from "../api/parse-json";
import { parseRequest } from "../api/parse-request";
import type { BrokerCaller } from "../auth/actor";
import { AppError } from "../errors";
import { acceptEvents } from "./accept-events";
import { type ReplyDeps, takeReplies } from "./accept-replies";
import type { Placed } from "./at-its-address";
import { type BinaryMode, binaryMode, namingHeader, toStructured } from "./binary-mode";

/** A CloudEvent that is no reply; what is in it is for whoever takes it. */
export const cloudEvent = z.looseObject({
  specversion: z.literal("1.0"),
  id: z.string().min(1).max(limits.key),
  source: z.string().min(1).max(limits.key),
  type: z.string().min(1).max(limits.key),
});
export type CloudEvent = z.infer<typeof cloudEvent>;

/** `address`: the subject or routing key that it came by. */
export type Taken = {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly address: string | null;
};

/** Null for each that is durable now, else why it cannot be taken. Rejects when nobody knows, and then all may come again. */
export async function takeMessages(
  deps: ReplyDeps,
  caller: BrokerCaller,
  messages: readonly Taken[],
): Promise<readonly (AppError | null)[]> {
  const modes = messages.map(({ headers }) => binaryMode(Object.entries(headers)));
  const read = messages.map((message, index) => readMessage(message, modes[index] ?? null));
  const replies = await inPlace(read, isReply, (placed) => takeReplies(deps, caller, placed));
  const events = await inPlace(read, isOther, (placed) => acceptEvents(deps, placed, caller));
  return read.map((each, index) => {
    const why = each instanceof AppError ? each : (replies[index] ?? events[index] ?? null);
    const mode = modes[index] ?? null;
    return why === null || mode === null ? why : namingHeader(why, mode);
  });
}

type Message =
  | AppError
  | { readonly reply: Placed<z.output<typeof replyEvent>> }
  | { readonly other: Placed<CloudEvent> };

const isReply = (message: Message) => ("reply" in message ? message.reply : null);
const isOther = (message: Message) => ("other" in message ? message.other : null);

/** Those that are meant taken together, and their answers where they stood. */
async function inPlace<T>(
  messages: readonly Message[],
  meant: (message: Message) => Placed<T> | null,
  take: (events: readonly Placed<T>[]) => Promise<readonly (AppError | null)[]>,
): Promise<readonly (AppError | null)[]> {
  const places = messages.flatMap((message, index) => {
    const placed = meant(message);
    return placed === null ? [] : [{ placed, index }];
  });
  if (places.length === 0) return [];
  const answers = await take(places.map(({ placed }) => placed));
  const inOrder = new Array<AppError | null>(messages.length).fill(null);
  for (const [place, { index }] of places.entries()) inOrder[index] = answers[place] ?? null;
  return inOrder;
}

const replyTypes: ReadonlySet<string> = new Set(replyType.options);

function readMessage({ body, address }: Taken, mode: BinaryMode | null): Message {
  try {
    if (body.byteLength > limits.largestBody)
      throw new AppError(413, "message_too_large", `A message may have at most ${limits.largestBody / 1_024} KB.`);
    const value: Json = mode === null ? parseJson(body) : toStructured(mode, body);
    const event = parseRequest(cloudEvent, value, "body");
    if (!replyTypes.has(event.type)) return { other: { event, address } };
    return { reply: { event: parseRequest(replyEvent, value, "body"), address } };
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}
