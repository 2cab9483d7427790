/**
 * What a participant owes to whoever may send a command again, late, or out of order.
 *
 * Invariants:
 * 1. An effect and the memory of it are one transaction: a key has at most one effect, and gets the same answer again.
 * 2. An undo of an action that never came leaves a tombstone; the action that comes after it is refused.
 * 3. Commands of one step are handled one at a time, so an undo never runs between an action's effect and its record.
 * 4. A refusal changes nothing and is not kept: the same key may be tried again. A run whose earlier attempt is still unknown
 *    does so; where the same attempt comes once more, its late success is a reply of its own.
 * 5. What is put off is a row by the time it is accepted, and is done and replied to even if the process ends in between.
 * 6. Of what was undone no success is told that nobody has taken yet.
 */
import { type Answer, isLater } from "./answer";
import { type Command, nameOf } from "./command";
import { contextOf } from "./emitted";
import { Refused, tombstoned } from "./errors";
import type { AnyHandler, Context, Role } from "./handler";
import { isJsonObject, type Json, textAt } from "./json";
import type { Book, Outcome } from "./store/store";

/** Answers a command in a transaction that holds its scope; throws `Refused` or `TryLater` to take back what it wrote. */
export async function handle<Tx>(role: Role<Tx>, command: Command, book: Book<Tx>): Promise<Answer> {
  // A probe comes under the key of the action that it asks about.
  const before = role.kind === "probe" ? null : await book.find(command.key);
  if (before && (before.service !== command.service || before.command !== command.command))
    throw new Refused("key_reused", "Key reused", { detail: `This key was used for ${nameOf(before)}.` });
  if (before?.state === "done") return { kind: "done", did: "repeat", result: before.result };
  const { context, flush } = contextOf(book, command.service);
  const answer = await answerOf(role, command, { book, context, before });
  await flush();
  return answer;
}

type Means<Tx> = { readonly book: Book<Tx>; readonly context: Context<Tx>; readonly before: Outcome | null };

function answerOf<Tx>(role: Role<Tx>, command: Command, means: Means<Tx>): Promise<Answer> {
  if (role.kind === "action") return act(role.of, command, means);
  return role.kind === "undo" ? undo(role.of, command, means) : probe(role.of, command, means);
}

export const refusedForGood = { kind: "refused", did: "tombstone", problem: tombstoned } as const satisfies Answer;

async function act<Tx>(
  handler: AnyHandler<Tx>,
  command: Command,
  { book, context, before }: Means<Tx>,
): Promise<Answer> {
  if (before?.state === "barred" || before?.undoneBy) return refusedForGood;
  if (await book.isBarred(command)) return refusedForGood;
  if (before?.state === "waiting") {
    // The reply is for the latest attempt: an earlier one may come once more after it.
    await book.keep({ ...before, attempt: latest(before.attempt, command.attempt), generation: command.generation });
    return { kind: "accepted", did: "repeat" };
  }
  const result = await handler.do(command, context);
  if (!isLater(result)) {
    await book.keep(doneBy(handler, command, result ?? null));
    return { kind: "done", did: "effect", result: result ?? null };
  }
  if (command.run === null || command.step === null)
    throw new Refused("no_return_address", "A reply that comes later needs to know its run and step", {});
  const { inMs, note } = result;
  await book.keep({ ...outcomeOf(command), state: "waiting", input: command.input, note, inMs });
  return { kind: "accepted", did: "accepted" };
}

function latest(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.max(one, other);
}

/** Undoes what the action did and is not undone yet; an action that never came gets a tombstone instead. */
async function undo<Tx>(handler: AnyHandler<Tx>, command: Command, { book, context }: Means<Tx>): Promise<Answer> {
  const spec = handler.undo;
  if (!spec) throw new Error(`${nameOf(command)} undoes nothing`);
  const outcomes = await soughtBy(handler, command, book);
  const standing = outcomes.filter(({ state, undoneBy }) => state === "done" && undoneBy === null);
  let told: Json = null;
  for (const outcome of outcomes) {
    if (standing.includes(outcome)) {
      const undone = { ...command, result: outcome.result, action: { key: outcome.key } };
      told = (await spec.do(undone as never, context)) ?? null;
    }
    if (outcome.undoneBy === null) await book.keep({ ...outcome, undoneBy: command.key });
    if (outcome.state === "done") await book.withdraw(outcome.key);
  }
  if (outcomes.length === 0) await bar(handler, command, book);
  if (standing.length === 0) await spec.nothing?.(command, context);
  const result = { ...(isJsonObject(told) ? told : {}), undone: standing.length };
  await book.keep({ ...outcomeOf(command), state: "done", result });
  return { kind: "done", did: standing.length > 0 ? "effect" : "nothing", result };
}

/**
 * The action's key is exact, so is the id of what it made. An undo that was told neither (the outcome is unknown, and its
 * input does not carry the key) means all that its step did, or its item of it.
 */
async function soughtBy<Tx>(handler: AnyHandler<Tx>, command: Command, book: Book<Tx>): Promise<readonly Outcome[]> {
  const action = { ...command, command: handler.name };
  const key = actionKeyOf(command);
  if (key !== null) {
    const outcome = await book.find(key);
    const isOurs = outcome?.service === action.service && outcome.command === action.command;
    return isOurs && (outcome.state === "done" || outcome.state === "waiting") ? [outcome] : [];
  }
  const by = handler.undo?.by;
  const subject = by === undefined ? null : (textAt(command.input.original_result, by) ?? textAt(command.input, by));
  if (subject !== null) return book.findAll({ service: action.service, command: action.command, subject });
  return command.run === null ? [] : book.findAll(action);
}

/** The key of the action that an undo or a probe is about, where it was told; a field `key` is the saga's own affair. */
function actionKeyOf({ input }: Command): string | null {
  return textAt(input, "action_key");
}

async function bar<Tx>(handler: AnyHandler<Tx>, command: Command, book: Book<Tx>): Promise<void> {
  const key = actionKeyOf(command);
  const tombstone = { ...outcomeOf(command), command: handler.name, undoneBy: command.key };
  if (key === null) await book.keep({ ...tombstone, key: `barred by ${command.key}`, state: "barredStep" });
  else if ((await book.find(key)) === null) await book.keep({ ...tombstone, key, state: "barred" });
}

/**
 * Tells from what is remembered whether the action happened. "No" is a promise: its key is barred, so that an action which
 * is still on its way is refused when it comes. What happened and was undone counts as no.
 */
async function probe<Tx>(handler: AnyHandler<Tx>, command: Command, { book }: Means<Tx>): Promise<Answer> {
  const key = actionKeyOf(command) ?? command.key;
  const outcome = await book.find(key);
  if (outcome && (outcome.service !== command.service || outcome.command !== handler.name))
    throw new Refused("key_reused", "Key reused", { detail: `This key was used for ${nameOf(outcome)}.` });
  if (outcome?.state === "done" && outcome.undoneBy === null)
    return { kind: "done", did: "probed", result: { happened: true, result: outcome.result } };
  if (outcome?.state === "waiting" && outcome.undoneBy === null)
    await book.keep({ ...outcome, undoneBy: `${command.key}:probe` });
  if (!outcome) {
    const tombstone = { ...outcomeOf(command), command: handler.name, undoneBy: `${command.key}:probe` };
    await book.keep({ ...tombstone, key, state: "barred" });
  }
  return { kind: "done", did: "fenced", result: { happened: false, fenced: true } };
}

export function doneBy<Tx>(handler: AnyHandler<Tx>, command: Command, result: Json): Outcome {
  const subject = handler.undo?.by === undefined ? null : textAt(result, handler.undo.by);
  return { ...outcomeOf(command), state: "done", result, subject };
}

function outcomeOf(command: Command): Outcome {
  const { key, service, run, step, item, attempt, generation } = command;
  return {
    ...{ key, service, command: command.command, run, step, item, attempt, generation },
    ...{ state: "done", undoneBy: null, subject: null, result: null, input: {}, note: null, inMs: null },
  };
}
