import type { JsonObject } from "@/engine/json";
import type { Call, Db, ProbeCommand } from "./command";
import { findHandled } from "./handled";
import { actionKeyOf } from "./input";
import { hasTombstone, leaveTombstone } from "./tombstones";

/**
 * Tells from the idempotency record whether the action happened. "No" is a promise: the key is fenced by a tombstone, so
 * that an action that is still on its way is refused when it comes. What happened and was undone counts as no.
 */
export async function answerProbe(
  db: Db,
  command: ProbeCommand,
  call: Call,
): Promise<{ did: "probed" | "fenced"; body: JsonObject }> {
  const action: Call = { ...call, command: command.asksAbout, key: actionKeyOf(call.body) ?? call.key };
  const handled = await findHandled(db, action.key);
  const isKnown = handled?.service === action.service && handled.command === action.command;
  if (isKnown && !handled.undone) return { did: "probed", body: { happened: true, result: handled.answer } };
  if (!isKnown && !(await hasTombstone(db, action)))
    await leaveTombstone(db, call, { command: action.command, actionKey: action.key });
  return { did: "fenced", body: { happened: false, fenced: true } };
}
