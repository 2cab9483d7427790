/**
 * A participant in a process of its own, for tests that kill it: honest, with its books in PostgreSQL. It connects again
 * and again. Arguments: kind of broker, the broker's address, the database's. The second step of orders that end in 0 fails.
 */
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { act, type Deed, undo } from "./ledger";
import { lines, type Reply } from "./lines";
import { type Asked, toReply } from "./reply";

const service = "Shop";
const [kind = "", url = "", databaseUrl = ""] = process.argv.slice(2);
const pool = new pg.Pool({ connectionString: databaseUrl, max: 8 });

type Command = Asked & { readonly data: { readonly order: string; readonly of?: string } };

async function handle(text: string): Promise<Reply> {
  const command = JSON.parse(text) as Command;
  const { idempotencykey: key, sagastep: step, sagahalf: half, data } = command;
  const deed: Deed = { key, of: data.of ?? key, order: data.order, step };
  if (half === "compensation") {
    await undo(pool, deed);
    return toReply(service, command, "SagaCompensationCompleted", { result: null });
  }
  const isRefused = step === "second" && data.order.endsWith("0");
  if (isRefused || !(await act(pool, deed)))
    return toReply(service, command, "SagaStepFailed", { error: { code: "refused", message: "Refused" } });
  return toReply(service, command, "SagaStepCompleted", { result: { ok: true } });
}

process.on("disconnect", () => process.exit(0));
// A broker that went while something was being said: the command comes again.
process.on("unhandledRejection", () => {});
process.send?.("ready");
for (;;) {
  await lines[kind]?.(url, service, handle).catch(() => {});
  await delay(100);
}
