/**
 * Messages from outside that could not be taken. Whoever finds one puts it here and then tells the sender that it
 * arrived, so that nothing is lost and nothing comes for ever; a person replays or discards it.
 */
import { limits } from "@/engine/limits";
import type { AppError } from "../errors";
import { toStorable, toStorableString } from "../orchestrator/storable";
import type { PrismaClient } from "../prisma";
import { newId } from "../uuid";

export type DeadLetterSource = `broker:${string}` | `queue:${string}` | "events";

export type NewDeadLetter = {
  readonly source: DeadLetterSource;
  readonly why: Pick<AppError, "code" | "message" | "extra">;
  /** Where it stood in its source: a subject or a routing key. */
  readonly subject: string | null;
  /** What tells the message from every other of its source, however often it comes; null: nothing does. */
  readonly identity: string | null;
  readonly body: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
};

/** The reason of a command that its participant never took: nobody here could take it instead. */
export const commandGivenUp = "command_given_up";

const longestSubject = 1_000;

/**
 * Rejects when they are not durable. A message that comes again, because its acknowledgement did not arrive, is the letter
 * that waits already; one that was replayed or discarded waits no more, and keeps nothing from being a letter.
 */
export async function putDeadLetters(prisma: PrismaClient, letters: readonly NewDeadLetter[]): Promise<void> {
  if (letters.length === 0) return;
  await prisma.deadLetter.createMany({ data: letters.map(toRow), skipDuplicates: true });
}

function toRow({ source, why, subject, identity, body, headers }: NewDeadLetter) {
  return {
    id: newId(),
    source,
    reason: why.code,
    detail: toDetail(why),
    subject: subject === null ? null : toStorableString(subject.slice(0, longestSubject)),
    identity: identity === null ? null : toStorableString(identity),
    body: toStorableString(Buffer.from(body.subarray(0, limits.largestBody)).toString("utf8")),
    headers: toStorable(headers).value,
  };
}

/** With the place in the message, where one is at fault. */
export function toDetail({ message, extra }: NewDeadLetter["why"]): string {
  const text = extra.path ? `${message} (at ${extra.path})` : message;
  return toStorableString(text.slice(0, limits.reason));
}
