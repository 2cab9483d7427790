/**
 * The order that nobody directs: each service hears of what another has done, does its own part, and says so. The studio
 * hears it all, and knows from it how each order stands.
 */
import type { Pool, PoolClient } from "pg";
import type { CloudEvent, Context, Participant } from "@/participant";
import type { ActionCommand, UndoCommand } from "./command";
import { textAt } from "./input";
import { recordReaction } from "./ledger";
import { refuse } from "./refuse";
import { performAndSay, say } from "./say";
import { type CommandName, commandOf } from "./services/commands";
import { cardDeclined } from "./services/payment";
import { noCarrier } from "./services/shipping";
import { takeSwitch } from "./switches";

type Service = Participant<PoolClient>;
type Part = (event: CloudEvent, context: Context<PoolClient>) => Promise<void> | void;

/** Where no parcel goes, and the card that no bank takes. */
export const nowhere = "Nowhere";
export const declinedCard = "declined card";

export function reactToOrders(service: Service, pool: Pool): void {
  const on = (type: string, part: Part) =>
    service.on(type, (event, context) => (event.data.channel === "shop" ? part(event, context) : undefined));
  if (service.name === "InventoryService") {
    on("OrderCreated", act(pool, "InventoryService", "ReserveInventory"));
    on("PaymentFailed", takeBack(pool, "InventoryService", "ReleaseInventory"));
    on("ShipmentFailed", takeBack(pool, "InventoryService", "ReleaseInventory"));
  }
  if (service.name === "PaymentService") {
    on("InventoryReserved", act(pool, "PaymentService", "ProcessPayment"));
    on("ShipmentFailed", takeBack(pool, "PaymentService", "RefundPayment"));
  }
  if (service.name === "ShippingService") on("PaymentProcessed", act(pool, "ShippingService", "CreateShipment"));
  if (service.name === "OrderService") {
    const ends =
      (type: string): Part =>
      (event, { tx, emit }) => {
        say(emit, type, event.data);
        return recordReaction(tx, { service: service.name, command: type }, { event, did: "effect" });
      };
    on("ShipmentCreated", ends("OrderFulfilled"));
    for (const type of ["InventoryFailed", "PaymentFailed", "ShipmentFailed"]) on(type, ends("OrderFailed"));
  }
}

function act(pool: Pool, service: string, command: string): Part {
  return async (event, context) => {
    const spec = commandOf(service, command);
    if (spec?.kind !== "action") throw new Error(`${service}.${command} does nothing`);
    const name = { service, command };
    const { mode } = await takeSwitch(pool, name);
    if (mode === "error") return outOfOrder(pool, name, event);
    const result = await performAndSay(mode === "decline" ? declined(spec) : willing(spec), event.data, context);
    await recordReaction(context.tx, name, { event, did: "refused" in result ? "declined" : "effect" });
  };
}

function declined(spec: ActionCommand): ActionCommand {
  const { type, title, detail } = spec.refusal;
  return { ...spec, perform: () => Promise.reject(refuse(type, title, detail)) };
}

/** What a person chose for one order is refused without any switch. */
function willing(spec: ActionCommand): ActionCommand {
  return {
    ...spec,
    perform: (db, data) => {
      const isHopeless =
        (spec.refusal === cardDeclined && data.payment_method === declinedCard) ||
        (spec.refusal === noCarrier && textAt(data.shipping_address, "city") === nowhere);
      return isHopeless ? declined(spec).perform(db, data) : spec.perform(db, data);
    },
  };
}

/** Takes back what the event names; an inventory that is told to forget says and does nothing, and only the ledger knows. */
function takeBack(pool: Pool, service: string, command: string): Part {
  return async (event, { tx, emit }) => {
    const { data } = event;
    const spec = commandOf(service, command) as UndoCommand;
    const name = { service, command };
    const subject = textAt(data, spec.idField);
    if (subject === null) return recordReaction(tx, name, { event, did: "nothing" });
    const { mode } = await takeSwitch(pool, name);
    if (mode === "forget") return recordReaction(tx, name, { event, did: "forgot" });
    if (mode === "decline") return recordReaction(tx, name, { event, did: "declined" });
    if (mode === "error") return outOfOrder(pool, name, event);
    const undone = await spec.undo(tx, subject);
    if (spec.says !== null) say(emit, spec.says, { ...data, ...undone });
    await recordReaction(tx, name, { event, did: "undone" });
  };
}

/** The event is heard again later; what is written of this time stays. */
async function outOfOrder(pool: Pool, name: CommandName, event: CloudEvent): Promise<never> {
  await recordReaction(pool, name, { event, did: "error" });
  throw new Error(`${name.service}.${name.command} is out of order (a switch of the demo shop)`);
}
