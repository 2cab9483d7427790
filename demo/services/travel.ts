import { randomBytes, randomInt } from "node:crypto";
import { z } from "zod";
import type { JsonObject } from "@/participant";
import { type ActionCommand, action, type Db, type Refusal, type UndoCommand, undo } from "../command";
import { newId, text } from "../input";

const trip = z.looseObject({ trip_id: text.optional() });

type Booking = {
  readonly kind: "flight" | "hotel" | "car";
  readonly prefix: string;
  readonly refusal: Refusal;
};

const flight: Booking = {
  kind: "flight",
  prefix: "flt",
  refusal: { type: "no_seats", title: "No seats", detail: "The flight is full." },
};
const hotel: Booking = {
  kind: "hotel",
  prefix: "htl",
  refusal: { type: "no_rooms", title: "No rooms", detail: "The hotel is full on these nights." },
};
const car: Booking = {
  kind: "car",
  prefix: "car",
  refusal: { type: "no_cars", title: "No cars", detail: "No car of this class is free on these days." },
};
export const flightService = { Book: book(flight), CancelFlight: cancel("Book") };
export const hotelService = { Reserve: book(hotel), ReleaseRoom: cancel("Reserve") };
export const carService = { Reserve: book(car), ReleaseCar: cancel("Reserve") };
export const ticketService = { Issue: issue() };

function book({ kind, prefix, refusal }: Booking): ActionCommand {
  return action({
    input: trip,
    refusal,
    perform: async (db, input) => {
      const id = newId(prefix);
      const confirmation = randomBytes(3).toString("hex").toUpperCase();
      await insertBooking(db, { id, kind, trip: input.trip_id, confirmation });
      return { subject: id, result: { booking_id: id, confirmation } };
    },
  });
}

/** A ticket is issued for good: it has no undo. */
function issue(): ActionCommand {
  return action({
    input: trip,
    refusal: { type: "not_ticketable", title: "Not ticketable", detail: "The airline does not issue this ticket." },
    perform: async (db, input) => {
      const id = newId("tkt");
      const ticket = String(randomInt(10 ** 12, 10 ** 13));
      await insertBooking(db, { id, kind: "ticket", trip: input.trip_id, confirmation: ticket });
      return { subject: id, result: { ticket_number: ticket } };
    },
  });
}

type NewBooking = {
  readonly id: string;
  readonly kind: Booking["kind"] | "ticket";
  readonly trip: string | undefined;
  readonly confirmation: string;
};

async function insertBooking(db: Db, { id, kind, trip, confirmation }: NewBooking): Promise<void> {
  await db.query("insert into demo_shop.booking (id, kind, trip_id, confirmation) values ($1, $2, $3, $4)", [
    id,
    kind,
    trip ?? null,
    confirmation,
  ]);
}

function cancel(undoes: string): UndoCommand {
  const refusal = {
    type: "not_cancellable",
    title: "Not cancellable",
    detail: "The booking can no longer be cancelled.",
  };
  return undo({
    undoes,
    idField: "booking_id",
    refusal,
    undo: async (db, id): Promise<JsonObject> => {
      await db.query("update demo_shop.booking set cancelled_at = clock_timestamp() where id = $1", [id]);
      return { booking_id: id };
    },
  });
}
