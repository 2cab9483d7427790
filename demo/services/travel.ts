import { randomBytes } from "node:crypto";
import { z } from "zod";
import type { JsonObject } from "@/engine/json";
import { type ActionCommand, action, type Refusal, type UndoCommand, undo } from "../command";
import { newId, text } from "../input";

const trip = z.looseObject({ trip_id: text.optional() });

type Booking = {
  readonly kind: "flight" | "hotel" | "car" | "ticket";
  readonly prefix: string;
  /** The name of the booking's id in the result. */
  readonly idField: string;
  readonly refusal: Refusal;
};

const flight: Booking = {
  kind: "flight",
  prefix: "flt",
  idField: "booking_id",
  refusal: { type: "no_seats", title: "No seats", detail: "The flight is full." },
};
const hotel: Booking = {
  kind: "hotel",
  prefix: "htl",
  idField: "reservation_id",
  refusal: { type: "no_rooms", title: "No rooms", detail: "The hotel is full on these nights." },
};
const car: Booking = {
  kind: "car",
  prefix: "car",
  idField: "rental_id",
  refusal: { type: "no_cars", title: "No cars", detail: "No car of this class is free on these days." },
};
const ticket: Booking = {
  kind: "ticket",
  prefix: "tkt",
  idField: "ticket_id",
  refusal: { type: "not_ticketable", title: "Not ticketable", detail: "The airline does not issue this ticket." },
};

export const flightService = { Book: book(flight), CancelFlight: cancel(flight, "Book") };
export const hotelService = { Reserve: book(hotel), ReleaseRoom: cancel(hotel, "Reserve") };
export const carService = { Reserve: book(car), ReleaseCar: cancel(car, "Reserve") };
export const ticketService = { Issue: book(ticket) };

function book(booking: Booking): ActionCommand {
  return action({
    input: trip,
    refusal: booking.refusal,
    perform: async (db, input) => {
      const id = newId(booking.prefix);
      const confirmation = randomBytes(3).toString("hex").toUpperCase();
      await db.query("insert into demo_shop.booking (id, kind, trip_id, confirmation) values ($1, $2, $3, $4)", [
        id,
        booking.kind,
        input.trip_id ?? null,
        confirmation,
      ]);
      return { subject: id, result: { [booking.idField]: id, confirmation } };
    },
  });
}

function cancel(booking: Booking, undoes: string): UndoCommand {
  const refusal = {
    type: "not_cancellable",
    title: "Not cancellable",
    detail: "The booking can no longer be cancelled.",
  };
  return undo({
    undoes,
    idField: booking.idField,
    refusal,
    undo: async (db, id): Promise<JsonObject> => {
      await db.query("update demo_shop.booking set cancelled_at = clock_timestamp() where id = $1", [id]);
      return { [booking.idField]: id };
    },
  });
}
