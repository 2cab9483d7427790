/**
 * How a participant answers a call so that an orchestrator may send it again, late, or out of order.
 *
 * Invariants:
 * 1. An effect and its idempotency record are one transaction: a key has at most one effect, and gets the same answer.
 * 2. An undo of an action that never came leaves a tombstone; the action that comes after it is refused.
 * 3. Calls of one step are handled one at a time, so an undo never runs between an action's effect and its record.
 * 4. A refusal changes nothing and is not kept: the same key may be tried again.
 * 5. What is answered with 202 is a row by then, and is done and replied to even if the shop ends in between.
 */
import type pg from "pg";
import type { JsonObject } from "@/engine/json";
import { answerProbe } from "./answer-probe";
import { answerUndo } from "./answer-undo";
import type { ActionCommand, Call, Db, ShopCommand } from "./command";
import { findHandled, lockStep, recordHandled } from "./handled";
import { inTransaction } from "./in-transaction";
import { type Outcome, recordCall } from "./ledger";
import { acceptWork } from "./owed-replies";
import { Refused, refuse, type ShopProblem } from "./problem";
import { type SwitchPosition, takeSwitch } from "./switches";
import { undoneBefore } from "./tombstones";

export type Reply = {
  readonly status: number;
  readonly body: JsonObject | ShopProblem;
  readonly did: Outcome["did"];
  /** The effect is there, but the caller never hears of it. */
  readonly silent: boolean;
};

type Answered = Pick<Reply, "did" | "body" | "status">;

const unavailable: ShopProblem = {
  type: "unavailable",
  title: "Service unavailable",
  status: 500,
  detail: "The service is out of order (a switch of the demo shop).",
};

export type Shop = {
  readonly pool: pg.Pool;
  readonly delay: (ms: number) => Promise<void>;
  /** There is work that was accepted for later. */
  readonly wakeBackOffice: () => void;
};

/** Answers one call, whatever its switch says; rejects only when the database does. */
export async function handle(shop: Shop, command: ShopCommand, call: Call): Promise<Reply> {
  const position = await takeSwitch(shop.pool, call);
  if (position.mode === "error") {
    await recordCall(shop.pool, call, { did: "error", status: unavailable.status });
    return { status: unavailable.status, body: unavailable, did: "error", silent: false };
  }
  // What replies later is slow or silent in its reply: it is always taken at once.
  const repliesLater = command.kind === "action" && command.repliesLater;
  if (position.mode === "slow" && !repliesLater) await shop.delay(position.delayMs);
  const silent = position.mode === "timeout_after_effect" && !repliesLater;
  try {
    const answered = await inTransaction(shop.pool, async (db) => {
      const result = await answer(db, command, call, position);
      await recordCall(db, call, { did: result.did, status: silent ? 0 : result.status });
      return result;
    });
    if (answered.did === "accepted") shop.wakeBackOffice();
    return { ...answered, silent };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const { problem } = error;
    const did = problem.type === "tombstoned" ? "tombstone" : "declined";
    await recordCall(shop.pool, call, { did, status: problem.status });
    return { status: problem.status, body: problem, did, silent: false };
  }
}

async function answer(db: Db, command: ShopCommand, call: Call, position: SwitchPosition): Promise<Answered> {
  await lockStep(db, call);
  // A probe comes under the key of the action that it asks about.
  if (command.kind !== "probe") {
    const before = await findHandled(db, call.key);
    if (before?.service === call.service && before.command === call.command)
      return repeat(command, before.answer, position);
    if (before) throw refuse("key_reused", "Key reused", `This key was used for ${before.service}.${before.command}.`);
  }
  if (command.kind === "action") return answerAction(db, command, call, position);
  declineIf(position, command);
  const answered = await (command.kind === "probe" ? answerProbe(db, command, call) : answerUndo(db, command, call));
  return { ...answered, status: 200 };
}

/** What is done already is answered at once, by a service that replies later as well. */
function repeat(command: ShopCommand, answer: JsonObject, { mode }: SwitchPosition): Answered {
  const keepsSilent = command.kind === "action" && command.repliesLater && mode === "timeout_after_effect";
  return keepsSilent ? { did: "repeat", body: {}, status: 202 } : { did: "repeat", body: answer, status: 200 };
}

async function answerAction(db: Db, command: ActionCommand, call: Call, position: SwitchPosition): Promise<Answered> {
  const tombstone = await undoneBefore(db, call);
  if (tombstone) throw new Refused(tombstone);
  if (command.repliesLater) return { did: await acceptWork(db, call, position), body: {}, status: 202 };
  declineIf(position, command);
  const { subject, result } = await command.perform(db, call.body);
  await recordHandled(db, call, { subject, answer: result });
  return { did: "effect", body: result, status: 200 };
}

function declineIf({ mode }: SwitchPosition, { refusal }: ShopCommand): void {
  if (mode === "decline") throw refuse(refusal.type, refusal.title, refusal.detail);
}
