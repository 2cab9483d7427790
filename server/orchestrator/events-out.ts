/**
 * Which events a decision sends out, and to whom: pure, and the only place that says it (engine.md section 9).
 *
 * An event's id follows from run, decision and place in it, so that the same one is the same however often it is sent:
 * transitions are counted first, then the final events.
 */
import { isJsonObject, type Json, type PublishEvent, type Transition } from "@/engine";
import { limits } from "@/engine/limits";
import { traceparent } from "./transports/request";

/** What a subscription asks for. Empty lists: all. */
export type Wish = {
  readonly id: string;
  readonly sagas: readonly string[];
  readonly types: readonly string[];
  readonly transitions: boolean;
};

/** A committed decision, or one about to be. `published`: the final events that follow from it. */
export type Told = {
  readonly run: string;
  readonly saga: string;
  readonly businessKey: string | null;
  readonly seq: number;
  readonly at: number;
  readonly transitions: readonly Transition[];
  readonly published: readonly PublishEvent[];
};

export type EventOut = { readonly subscription: string; readonly event: string };

/** What the studio itself says of a run, beside the saga's own events. */
const ownPrefix = "saga.studio.";
export const testType = `${ownPrefix}test`;

export function transitionType(transition: Transition["type"]): string {
  return ownPrefix + transition;
}

/** In the order in which they are told. Most decisions of most servers send none, so this asks before it makes anything. */
export function eventsOut(wishes: readonly Wish[], told: Told): readonly EventOut[] {
  const { saga, published } = told;
  const asking = wishes.filter(
    ({ sagas, transitions }) => (transitions || published.length > 0) && (sagas.length === 0 || sagas.includes(saga)),
  );
  if (asking.length === 0) return [];
  return [...eventsOf(told)].flatMap(({ type, isFinal, make }) => {
    const takers = asking.filter(
      ({ transitions, types }) => (transitions || isFinal) && (types.length === 0 || types.includes(type)),
    );
    if (takers.length === 0) return [];
    const event = make();
    return takers.map(({ id }) => ({ subscription: id, event }));
  });
}

type Tellable = { readonly type: string; readonly isFinal: boolean; readonly make: () => string };

function* eventsOf(told: Told): Generator<Tellable> {
  const { transitions, published } = told;
  for (const [place, transition] of transitions.entries()) {
    const { type: name, ...rest } = transition;
    const type = transitionType(name);
    yield { type, isFinal: false, make: () => toText(told, place, type, { saga_id: told.run, ...(rest as object) }) };
  }
  for (const [index, { event: type, data }] of published.entries())
    yield { type, isFinal: true, make: () => toText(told, transitions.length + index, type, data) };
}

function toText(told: Told, place: number, type: string, data: Json): string {
  const text = toCloudEvent(told, place, type, data, false);
  return Buffer.byteLength(text) <= limits.eventOut ? text : toCloudEvent(told, place, type, briefly(data), true);
}

/** `isCut`: the data was too large, and only what says which run and step it is about was kept. */
function toCloudEvent(told: Told, place: number, type: string, data: Json, isCut: boolean): string {
  const { run, saga, businessKey, seq, at } = told;
  const id = `${run}:${seq}:${place}`;
  return JSON.stringify({
    specversion: "1.0",
    id,
    source: saga,
    type,
    subject: run,
    time: new Date(at).toISOString(),
    datacontenttype: "application/json",
    traceparent: traceparent({ run, key: id, attempt: 1 }),
    ...(businessKey ? { correlationid: businessKey } : {}),
    sagaseq: seq,
    ...(isCut ? { datacut: true } : {}),
    data,
  });
}

const briefFields = ["saga_id", "step", "item", "attempt", "generation", "half", "rollback"] as const;

function briefly(data: Json): Json {
  if (!isJsonObject(data)) return null;
  return Object.fromEntries(briefFields.flatMap((name) => (name in data ? [[name, data[name] ?? null]] : [])));
}
