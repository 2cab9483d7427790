import { randomInt } from "node:crypto";
import { z } from "zod";
import { json } from "@/contract/common";
import { action, undo } from "../command";
import { newId, text } from "../input";

export const noCarrier = { type: "no_carrier", title: "No carrier", detail: "No carrier delivers to this address." };

export const shippingService = {
  CreateShipment: action({
    input: z.object({ order_id: text.optional(), shipping_address: json.default(null) }),
    refusal: noCarrier,
    says: { done: "ShipmentCreated", refused: "ShipmentFailed" },
    perform: async (db, order) => {
      const id = newId("shp");
      const tracking = `SG${randomInt(10 ** 11, 10 ** 12)}`;
      await db.query(
        "insert into demo_shop.parcel (id, tracking_number, order_id, address) values ($1, $2, $3, $4::json)",
        [id, tracking, order.order_id ?? null, JSON.stringify(order.shipping_address)],
      );
      return { subject: id, result: { shipment_id: id, tracking_number: tracking, carrier: "Saga Post" } };
    },
  }),

  CancelShipment: undo({
    undoes: "CreateShipment",
    idField: "shipment_id",
    refusal: { type: "already_on_its_way", title: "Already on its way", detail: "The parcel has left the warehouse." },
    undo: async (db, parcel) => {
      await db.query("update demo_shop.parcel set cancelled_at = clock_timestamp() where id = $1", [parcel]);
      return { shipment_id: parcel };
    },
  }),
};
