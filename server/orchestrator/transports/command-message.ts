/** How a command becomes a message: a CloudEvent 1.0 in structured JSON, and headers beside it (docs/brokers.md). */
import type { InvokeCommand } from "@/engine";
import type { Outgoing } from "../../brokers/link";
import type { ServiceRegistration } from "../services";
import { signature, traceparent } from "./request";

/** `now`: milliseconds, for the event's time and the signature. */
export function toCommandMessage(command: InvokeCommand, service: ServiceRegistration, now: number): Outgoing {
  const { run, step, attempt, key } = command;
  const expiresAt = expiryOf(command, now);
  const body = JSON.stringify(toEvent(command, now, expiresAt));
  return {
    id: messageId(command),
    to: { kind: "command", service: command.service, command: command.command },
    headers: {
      "content-type": "application/cloudevents+json",
      "Idempotency-Key": key,
      "Saga-Id": run,
      "Saga-Step": step,
      "Saga-Attempt": String(attempt),
      traceparent: traceparent(command),
      ...(expiresAt === null ? {} : { "Saga-Expires": new Date(expiresAt).toISOString() }),
      ...(service.secret ? signature(key, service.secret, body, now) : {}),
    },
    body,
    expiresAt,
  };
}

/** An action that comes when nobody waits for it any more must not be done. An undo does good whenever, a probe no harm. */
function expiryOf({ half, timeoutAt, eventWithin }: InvokeCommand, now: number): number | null {
  if (half !== "action" || eventWithin === null) return null;
  return eventWithin === undefined ? timeoutAt : now + eventWithin;
}

function toEvent(command: InvokeCommand, now: number, expiresAt: number | null) {
  const { run, saga, service, step, half, attempt, generation, item, key, input } = command;
  return {
    specversion: "1.0",
    id: messageId(command),
    source: saga,
    type: `${service}.${command.command}`,
    subject: run,
    time: new Date(now).toISOString(),
    ...(expiresAt === null ? {} : { expirytime: new Date(expiresAt).toISOString() }),
    datacontenttype: "application/json",
    traceparent: traceparent(command),
    idempotencykey: key,
    sagastep: step,
    sagahalf: half,
    sagaattempt: attempt,
    sagageneration: generation,
    ...(item === undefined ? {} : { sagaitem: item }),
    data: input ?? null,
  };
}

/**
 * One for each attempt: a broker that drops repeats must drop none that is wanted. A probe has its action's key, and so
 * says that it is one.
 */
function messageId({ key, half, attempt }: InvokeCommand): string {
  const of = half === "probe" ? `${key}:probe` : key;
  return attempt === 1 ? of : `${of}#${attempt}`;
}
