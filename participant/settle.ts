/** Work that `later()` put off: done in a transaction of its own, which posts the reply. */
import { type Answer, isUnheard } from "./answer";
import type { LateCommand } from "./command";
import { scopeOf } from "./command";
import { contextOf } from "./emitted";
import { type Problem, Refused, TryLater } from "./errors";
import { type ReplyOutcome, toReply } from "./events";
import { doneBy, refusedForGood } from "./handle";
import type { AnyHandler, Finish, Result } from "./handler";
import type { Json, JsonObject } from "./json";
import type { Book, Outcome, Store } from "./store/store";

/** What waits under a key; null: nothing does. */
export function putOff(outcome: Outcome | null): LateCommand<JsonObject> | null {
  if (outcome?.state !== "waiting") return null;
  const { service, command, key, run, step, item, attempt, generation, input, note } = outcome;
  return { service, command, key, run, step, item, attempt, generation, input, note, isLate: true };
}

type Work<Tx> = {
  readonly store: Store<Tx>;
  readonly handler: AnyHandler<Tx>;
  readonly finish: Finish<Tx>;
  /** How long it rests if it asks for another time, and does not say which. */
  readonly pauseMs: () => number;
};

/** Answers what became of it, and has posted the reply; rejects when it could not be told, and nothing has changed. */
export async function settle<Tx>(work: Work<Tx>, command: LateCommand<JsonObject>): Promise<Answer> {
  const { store, handler, finish, pauseMs } = work;
  const scope = scopeOf(command);
  try {
    return await store.transaction(scope, async (book) => {
      const waiting = await book.find(command.key);
      if (waiting?.state !== "waiting") return settledBefore(waiting);
      if (waiting.undoneBy !== null) return close(book, waiting);
      const { context, flush } = contextOf(book, command.service);
      const told = await finish({ ...command, attempt: waiting.attempt, generation: waiting.generation }, context);
      const result: Json = (isUnheard<Result>(told) ? told.result : told) ?? null;
      const done = { ...doneBy(handler, command, result), attempt: waiting.attempt, generation: waiting.generation };
      await book.keep(done);
      await flush();
      if (!isUnheard<Result>(told)) await postReply(book, waiting, { result });
      return { kind: "done", did: "effect", result };
    });
  } catch (error) {
    if (error instanceof TryLater) {
      const { code, message, afterMs } = error;
      await postponeWork(store, command, afterMs ?? pauseMs());
      return { kind: "busy", code, message, afterMs };
    }
    if (!(error instanceof Refused)) throw error;
    return refuse(store, command, error.problem);
  }
}

/** What became of work that does not wait any more. A refusal is not remembered: that it was one is all that can be said. */
export function settledBefore(outcome: Outcome | null): Answer {
  if (outcome?.state === "done") return { kind: "done", did: "repeat", result: outcome.result };
  return outcome === null ? { kind: "refused", did: "declined", problem: refusedBefore } : refusedForGood;
}

const refusedBefore: Problem = { code: "refused_before", message: "It was settled before, and refused", status: 422 };

/** Its undo came while it waited: it is not done, and the reply says so. */
async function close<Tx>(book: Book<Tx>, waiting: Outcome): Promise<Answer> {
  await book.keep({ ...waiting, state: "barred", inMs: null });
  await postReply(book, waiting, failure(refusedForGood.problem));
  return refusedForGood;
}

/** A refusal is not kept: the same key may be tried again. */
function refuse<Tx>(store: Store<Tx>, command: LateCommand<JsonObject>, problem: Problem): Promise<Answer> {
  return store.transaction(scopeOf(command), async (book) => {
    const waiting = await book.find(command.key);
    if (waiting?.state !== "waiting") return settledBefore(waiting);
    if (waiting.undoneBy !== null) return close(book, waiting);
    await book.forget(command.key);
    await postReply(book, waiting, failure(problem));
    return { kind: "refused", did: "declined", problem };
  });
}

/** Work that cannot be done now must not keep what is behind it waiting. What somebody settles by hand is left to them. */
export function postponeWork<Tx>(store: Store<Tx>, command: LateCommand<JsonObject>, inMs: number): Promise<void> {
  return store.transaction(scopeOf(command), async (book) => {
    const waiting = await book.find(command.key);
    if (waiting?.state === "waiting" && waiting.inMs !== null) await book.keep({ ...waiting, inMs });
  });
}

function failure({ status: _, ...error }: Problem): ReplyOutcome {
  return { error };
}

async function postReply<Tx>(book: Book<Tx>, waiting: Outcome, outcome: ReplyOutcome): Promise<void> {
  const event = toReply(waiting, "action", outcome);
  if (!event) return;
  const { service, key } = waiting;
  await book.post({ id: event.id, service, key, scope: scopeOf(waiting), kind: "reply", event, tries: 0 });
}
