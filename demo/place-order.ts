import { randomBytes } from "node:crypto";
import type { z } from "zod";
import type { demoOrder, placeDemoOrder } from "@/contract/demo";
import { declinedCard, nowhere } from "./bus";
import type { ShopParticipants } from "./participants";

type Choices = z.output<typeof placeDemoOrder>;

/** Says that there is a new order; what becomes of it is up to the services that hear it. */
export async function placeOrder(
  participants: ShopParticipants,
  { card, shipment }: Choices,
): Promise<z.infer<typeof demoOrder>> {
  const order = `ORD-${randomBytes(3).toString("hex").toUpperCase()}`;
  await participants.get("OrderService")?.emit(
    "OrderCreated",
    {
      saga_id: order,
      order_id: order,
      channel: "shop",
      customer_id: "CUS-2207",
      items: [
        { sku: "LAMP-BRASS", quantity: 1, price: 89 },
        { sku: "MUG-BLUE", quantity: 2, price: 14.5 },
      ],
      total_amount: 118,
      payment_method: card === "declined" ? declinedCard : "card",
      shipping_address: { name: "Ada Byron", city: shipment === "failed" ? nowhere : "London", country: "GB" },
    },
    { subject: order },
  );
  return { order_id: order };
}
