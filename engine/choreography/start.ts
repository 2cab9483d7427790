/** How a run of a choreography begins: with the event that the definition says starts it. */

import type { Saga } from "../definition/saga";
import { render, type Template } from "../expression/expression";
import { isJsonObject, type Json } from "../json";
import { limits } from "../limits";
import type { Refusal } from "../run/command";
import type { RunEvent, ToldEvent } from "../run/event";
import type { Transition } from "../run/transition";
import { startOf } from "../start";
import { choreographyOf } from "./reactions";

type Requested = Extract<RunEvent, { type: "RunRequested" }>;
type Started = Extract<Transition, { type: "RunStarted" }>;

export type Begun =
  | { readonly ok: true; readonly started: Started; readonly event?: ToldEvent }
  | { readonly ok: false; readonly refused: Refusal };

/** A person who starts a run by hand says the event that begins it. */
export function startOfChoreography(saga: Saga, event: Requested): Begun {
  const { starts } = choreographyOf(saga);
  if (event.parent) return refuse("choreography_child", "A choreography cannot be a step of another saga");
  const first = event.event ?? { id: event.run, source: saga.type, type: starts, data: event.data };
  if (first.type !== starts) return refuse("starts_otherwise", `${saga.type} begins with ${starts}, not ${first.type}`);
  const key = correlate(saga, first);
  if (!key.ok) return refuse("no_correlation", key.reason);
  const begun = startOf(saga, event);
  if (!begun.ok) return begun;
  return { ok: true, started: { ...begun.started, businessKey: key.key }, event: first };
}

function refuse(code: string, detail: string): Begun {
  return { ok: false, refused: { code, detail } };
}

/** Which run an event belongs to: the key that it shares with the event that began the run. */
export function correlate(
  saga: Saga,
  event: ToldEvent,
): { readonly ok: true; readonly key: string } | { readonly ok: false; readonly reason: string } {
  const context = { saga: { id: "", type: saga.type, version: saga.version }, data: event.data, steps: {}, event };
  const { correlation } = choreographyOf(saga);
  const found = render(correlation, context);
  if (!found.ok)
    return { ok: false, reason: missingField(correlation, event) ?? `correlation: ${found.problem.message}` };
  const { value } = found;
  if (value === null || value === "") {
    const reason = missingField(correlation, event) ?? `correlation: ${event.type} gave nothing to tell its run by`;
    return { ok: false, reason };
  }
  const key = textOf(value);
  if (key.length <= limits.key) return { ok: true, key };
  return { ok: false, reason: `correlation is longer than ${limits.key} characters` };
}

/** `event.data.<field>` and nothing else. */
const plainField = /^\s*event\.data\.(\w+)\s*$/;

/** In plain words, where the correlation is one field of the data, and the data are without it. */
function missingField(correlation: Template, { data }: ToldEvent): string | null {
  if (correlation.kind !== "expression") return null;
  const field = correlation.expression.source.match(plainField)?.[1];
  const has = isJsonObject(data) && Object.hasOwn(data, field ?? "") && data[field ?? ""] !== null;
  if (field === undefined || (has && data[field] !== "")) return null;
  return `The data has no ${field}, which tells this saga's runs apart`;
}

function textOf(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
