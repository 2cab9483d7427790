import type { JsonObject } from "@/engine/json";
import { isJsonObject } from "@/engine/json";
import type { Call, Db, UndoCommand } from "./command";
import { recordHandled } from "./handled";
import { actionKeyOf, textAt } from "./input";
import { withdrawReply } from "./owed-replies";
import { leaveTombstone } from "./tombstones";

type Effect = { readonly key: string; readonly subject: string; readonly undone_by: string | null };

/** Undoes what the action made and is not undone yet; an action that never came gets a tombstone instead. */
export async function answerUndo(
  db: Db,
  command: UndoCommand,
  call: Call,
): Promise<{ did: "effect" | "nothing"; body: JsonObject }> {
  const effects = await findEffects(db, command, call);
  const standing = effects.filter((effect) => effect.undone_by === null);
  let undone: JsonObject = {};
  for (const effect of standing) {
    undone = await command.undo(db, effect.subject);
    await db.query("update demo_shop.handled set undone_by = $2 where key = $1", [effect.key, call.key]);
    await withdrawReply(db, effect.key);
  }
  if (effects.length === 0)
    await leaveTombstone(db, call, { command: command.undoes, actionKey: actionKeyOf(call.body) });
  const body = { ...undone, undone: standing.length };
  await recordHandled(db, call, { subject: null, answer: body });
  return { did: standing.length > 0 ? "effect" : "nothing", body };
}

/**
 * The action's key is exact, so is the id of what it made. An undo that was told neither (the outcome is unknown, and
 * the default input does not carry the key) takes all that its step made.
 */
async function findEffects(db: Db, command: UndoCommand, call: Call): Promise<readonly Effect[]> {
  const actionKey = actionKeyOf(call.body);
  if (actionKey !== null) return select(db, command, call, { where: "h.key = $3", values: [actionKey] });
  const subject = subjectOf(command, call.body);
  if (subject !== null) return select(db, command, call, { where: "h.subject = $3", values: [subject] });
  if (call.run === null) return [];
  return select(db, command, call, {
    where: "h.run = $3 and h.step is not distinct from $4",
    values: [call.run, call.step],
  });
}

type Condition = { readonly where: string; readonly values: readonly (string | null)[] };

async function select(db: Db, command: UndoCommand, call: Call, { where, values }: Condition) {
  const { rows } = await db.query<Effect>(
    `select h.key, h.subject, h.undone_by from demo_shop.handled h
     where h.service = $1 and h.command = $2 and ${where} order by h.at for update`,
    [call.service, command.undoes, ...values],
  );
  return rows;
}

function subjectOf(command: UndoCommand, body: JsonObject): string | null {
  const result = body.original_result;
  const told = isJsonObject(result) ? textAt(result, command.idField) : null;
  return told ?? textAt(body, command.idField);
}
