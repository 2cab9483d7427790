import { randomUUID } from "node:crypto";
import type { CloudEvent } from "./events";
import type { Context } from "./handler";
import type { Book } from "./store/store";

/** A context, and what puts the events that were said in it into the outbox, in its transaction. */
export function contextOf<Tx>(book: Book<Tx>, service: string) {
  const events: CloudEvent[] = [];
  const context: Context<Tx> = {
    tx: book.tx,
    emit: (type, data, { subject } = {}) => {
      const about = subject === undefined ? {} : { subject };
      const time = new Date().toISOString();
      events.push({ specversion: "1.0", id: randomUUID(), source: service, type, ...about, time, data });
    },
  };
  const flush = async () => {
    for (const event of events) {
      const { id } = event;
      await book.post({ id, service, key: null, scope: `letter ${id}`, kind: "event", event, tries: 0 });
    }
  };
  return { context, flush };
}
