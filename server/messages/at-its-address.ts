import type { BrokerCaller } from "../auth/actor";
import { AppError } from "../errors";

/** What a broker brought, and the subject or routing key that it came by. */
export type Placed<Event> = { readonly event: Event; readonly address: string | null };

type Said = { readonly source: string; readonly type: string };

/**
 * Null: it came by the address that its source and type make. Else why it cannot be taken: whom a broker lets publish where
 * is all that keeps one of its services from speaking for another.
 */
export function refuseMisplaced(caller: BrokerCaller, { event, address }: Placed<Said>): AppError | null {
  const { source, type } = event;
  const expected = caller.addressOf(source, type);
  // An event that waited for its run was at its address when it came.
  if (address === null || (expected !== null && address === expected)) return null;
  return otherSource(`It came by ${address}, and ${type} of ${source} comes by ${expected ?? "none"}.`);
}

export function otherSource(detail: string): AppError {
  return new AppError(403, "other_source", detail, { path: "/source" });
}
