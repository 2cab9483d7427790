import type { PoolClient } from "pg";
import { type Context, type JsonObject, Refused } from "@/participant";
import type { ActionCommand } from "./command";
import { textAt } from "./input";

/**
 * Who makes an order of events go on: `driven`, the studio, which sends a command and waits for the event; `shop`, the
 * services by themselves, and the studio only looks on.
 */
export type Channel = "driven" | "shop";

export function isDriven(data: JsonObject): boolean {
  return data.channel === ("driven" satisfies Channel);
}

/** What every event of an order carries on. */
const carried = [
  ...["order_id", "customer_id", "items", "total_amount", "payment_method", "shipping_address", "channel"],
  ...["reservation_id", "payment_id", "amount", "shipment_id", "tracking_number", "refund_id", "reason"],
] as const;

/** Says an event of an order, which is its own saga. */
export function say(emit: Context<unknown>["emit"], type: string, data: JsonObject): void {
  const order = textAt(data, "order_id") ?? "";
  const told = Object.fromEntries(carried.flatMap((name) => (data[name] === undefined ? [] : [[name, data[name]]])));
  emit(type, { saga_id: order, ...told }, { subject: order });
}

/** Does what a command does, and says what came of it as an event: a refusal as well, which leaves nothing behind. */
export async function performAndSay(
  { perform, says }: ActionCommand,
  input: JsonObject,
  { tx, emit }: Context<PoolClient>,
): Promise<JsonObject> {
  await tx.query("savepoint attempt");
  try {
    const { result } = await perform(tx, input);
    if (says) say(emit, says.done, { ...input, ...result });
    return result;
  } catch (error) {
    if (!(error instanceof Refused) || !says) throw error;
    await tx.query("rollback to savepoint attempt");
    say(emit, says.refused, { ...input, reason: error.message });
    return { refused: error.problem.code };
  }
}
