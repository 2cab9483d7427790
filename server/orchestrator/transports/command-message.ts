/** How a command becomes a message: a CloudEvent 1.0 in structured JSON, and headers beside it (docs/brokers.md). */
import type { InvokeCommand } from "@/engine";
import type { Outgoing } from "../../brokers/link";
import type { ServiceRegistration } from "../services";
import { signature, traceparent } from "./request";

/** `now`: milliseconds, for the event's time and the signature. */
export function toCommandMessage(command: InvokeCommand, service: ServiceRegistration, now: number): Outgoing {
  const { run, step, attempt, key } = command;
  const body = JSON.stringify(toEvent(command, now));
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
      ...(service.secret ? signature(key, service.secret, body, now) : {}),
    },
    body,
  };
}

function toEvent(command: InvokeCommand, now: number) {
  const { run, saga, service, step, half, attempt, generation, item, key, input } = command;
  return {
    specversion: "1.0",
    id: messageId(command),
    source: saga,
    type: `${service}.${command.command}`,
    subject: run,
    time: new Date(now).toISOString(),
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
