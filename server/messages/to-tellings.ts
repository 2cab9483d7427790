/** From an event to the runs that it may belong to: which sagas take it, by which key, and what keeps it from all of them. */
import type { Json } from "@/engine";
import { correlate } from "@/engine/choreography/start";
import { canonicalHash } from "../canonical";
import type { LoadedVersion } from "../definitions/cache";
import type { Listener } from "../definitions/listeners";
import { type AppError, Invalid } from "../errors";
import type { TellRequest } from "../orchestrator/orchestrator";
import { newId } from "../uuid";

/** The parts of a CloudEvent that count. */
export type Told = {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly data?: unknown;
};

/** `started`: with the version that it would begin a run of. */
export type Telling = { readonly request: TellRequest; readonly begins: LoadedVersion | null };

export type Teller = Pick<TellRequest, "actor" | "persons">;

type Found = { readonly listener: Listener; readonly keys: readonly string[]; readonly isMain: boolean };

/** One for each saga that takes the event; or why none does. */
export function toTellings(
  told: Told,
  listeners: readonly Listener[],
  { teller, path }: { readonly teller: Teller; readonly path: string },
): readonly Telling[] | AppError {
  if (listeners.length === 0) return unknownEvent(told, path);
  const event = { id: told.id, source: told.source, type: told.type, data: (told.data ?? null) as Json };
  const reasons: string[] = [];
  const hash = canonicalHash({ type: event.type, data: event.data });
  const tellings = listeners.flatMap((listener): Telling[] => {
    const found = keysFor(listener, event, reasons);
    const [first, ...others] = found.keys;
    if (first === undefined) return [];
    const { saga } = listener.versions[0];
    // What an older version would tell its run by begins no run of the newest, and waits for none.
    const isMain = listener.isLatest && found.isMain;
    const begins = isMain && saga.choreography?.starts === event.type ? listener.versions[0] : null;
    const dedupe = `event:${saga.type}:${canonicalHash([event.source, event.id])}`;
    const request: TellRequest = {
      id: newId(),
      saga: saga.type,
      keys: [first, ...others],
      event,
      begins: begins && saga.version,
      waits: isMain,
      ...teller,
      at: Date.now(),
      dedupe,
      hash,
    };
    return [{ request, begins }];
  });
  return tellings.length > 0 ? tellings : noCorrelation(event.type, reasons, path);
}

/** The keys by which versions tell a run of theirs, the newest version's first; `isMain`: that one gives a key. */
function keysFor(listener: Listener, event: TellRequest["event"], reasons: string[]): Omit<Found, "listener"> {
  const keys = new Set<string>();
  let isMain = false;
  for (const [index, { saga, document }] of listener.versions.entries()) {
    const found = correlate(saga, event);
    if (found.ok) keys.add(found.key);
    else reasons.push(`${saga.type} tells its runs by ${document.correlation}: ${found.reason}`);
    if (index === 0) isMain = found.ok;
  }
  return { keys: [...keys], isMain };
}

function unknownEvent({ type }: Told, path: string): AppError {
  const detail = `No published choreography knows events of the type ${type}.`;
  return new Invalid("unknown_event", detail, { path: `${path}/type` });
}

const mostReasons = 5;

function noCorrelation(type: string, reasons: readonly string[], path: string): AppError {
  const more = reasons.length > mostReasons ? `; and ${reasons.length - mostReasons} more` : "";
  const detail = `No saga finds out which run this ${type} belongs to. ${reasons.slice(0, mostReasons).join("; ")}${more}.`;
  return new Invalid("no_correlation", detail, { path: `${path}/data` });
}
