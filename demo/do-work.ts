import type { ActionCommand, Call, Db } from "./command";
import { lockStep, recordHandled } from "./handled";
import { recordWorkDone } from "./ledger";
import { holdWork, oweReply, type WorkOutcome, withdrawReply } from "./owed-replies";
import { Refused, type ShopProblem } from "./problem";
import { undoneBefore } from "./tombstones";

/**
 * Does what was accepted, in the transaction that records it, and owes its reply from then on. An undo or a probe that
 * came meanwhile left a tombstone, and the work is not done.
 */
export async function doWork(db: Db, command: ActionCommand, call: Call): Promise<void> {
  await lockStep(db, call);
  const mode = await holdWork(db, call.key);
  if (mode === null) return;
  const done = await attempt(db, command, call, mode === "decline");
  await recordWorkDone(db, call, done.did);
  if (mode === "timeout_after_effect") await withdrawReply(db, call.key);
  else await oweReply(db, call.key, done.outcome);
}

type Done = { readonly did: "effect" | "declined" | "tombstone"; readonly outcome: WorkOutcome };

async function attempt(db: Db, command: ActionCommand, call: Call, isDeclined: boolean): Promise<Done> {
  const tombstone = await undoneBefore(db, call);
  if (tombstone) return { did: "tombstone", outcome: failure(tombstone) };
  if (isDeclined) return { did: "declined", outcome: failure(command.refusal) };
  await db.query("savepoint work");
  try {
    const { subject, result } = await command.perform(db, call.body);
    await recordHandled(db, call, { subject, answer: result });
    return { did: "effect", outcome: { result } };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    await db.query("rollback to savepoint work");
    return { did: "declined", outcome: failure(error.problem) };
  }
}

function failure({ type, title, detail }: Omit<ShopProblem, "status">): WorkOutcome {
  return { error: { code: type, message: title, detail } };
}
