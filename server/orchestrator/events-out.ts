/**
 * Which events a decision sends out, and to whom: pure, and the only place that says it (engine.md section 9).
 *
 * An event's id follows from run, decision and place in it, so that the same one is the same however often it is sent:
 * transitions are counted first, then the saga's own events. What a reaction of a choreography says has an id already.
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

/** A decision that is about to be committed. `published`: the saga's own events that follow from it, its end among them. */
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

/** Tells of nothing, so that a receiver can be tried. */
export function testEvent(id: string, at: number, subscription: string) {
  return {
    specversion: "1.0",
    id: `test:${id}`,
    source: "SagaStudio",
    type: `${ownPrefix}test`,
    time: new Date(at).toISOString(),
    datacontenttype: "application/json",
    traceparent: traceparent({ run: id, key: id, attempt: 1 }),
    data: { subscription },
  };
}

/** In the order in which they are told. Most decisions of most servers send none, so this asks before it makes anything. */
export function eventsOut(wishes: readonly Wish[], told: Told): readonly EventOut[] {
  const { saga, published } = told;
  const asking = wishes.filter(
    ({ sagas, transitions }) => (transitions || published.length > 0) && (sagas.length === 0 || sagas.includes(saga)),
  );
  if (asking.length === 0) return [];
  return [...eventsOf(told)].flatMap(({ type, isOwn, make }) => {
    const takers = asking.filter(
      ({ transitions, types }) => (transitions || isOwn) && (types.length === 0 || types.includes(type)),
    );
    if (takers.length === 0) return [];
    const event = make();
    return takers.map(({ id }) => ({ subscription: id, event }));
  });
}

type Tellable = { readonly type: string; readonly isOwn: boolean; readonly make: () => string };

function* eventsOf(told: Told): Generator<Tellable> {
  const { run, seq, transitions, published } = told;
  const idAt = (place: number) => `${run}:${seq}:${place}`;
  for (const [place, transition] of transitions.entries()) {
    const { type: name, ...rest } = transition;
    const type = ownPrefix + name;
    const data = { saga_id: run, ...(rest as object) };
    yield { type, isOwn: false, make: () => toText(told, { id: idAt(place), type, data }) };
  }
  for (const [index, { id = idAt(transitions.length + index), event: type, data }] of published.entries())
    yield { type, isOwn: true, make: () => toText(told, { id, type, data }) };
}

type Said = { readonly id: string; readonly type: string; readonly data: Json };

function toText(told: Told, said: Said): string {
  const text = toCloudEvent(told, said, false);
  if (Buffer.byteLength(text) <= limits.eventOut) return text;
  return toCloudEvent(told, { ...said, data: briefly(said.data) }, true);
}

/** `isCut`: the data was too large, and only what says which run and step it is about was kept. */
function toCloudEvent(told: Told, { id, type, data }: Said, isCut: boolean): string {
  const { run, saga, businessKey, seq, at } = told;
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
