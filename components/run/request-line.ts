import type { ServiceTransport } from "@/contract/services";
import { partContext, renderPath, subjectOf } from "@/engine/context";
import type { SagaStep } from "@/engine/definition/saga";
import type { Part } from "@/engine/run/state";
import type { Moment } from "./moment";

/** How a command goes out, by what it is called there: a request, a queue's row, a message's subject or routing key. */
export type RequestLine = { readonly name: string; readonly text: string };

type Of = { readonly spec: SagaStep; readonly item: number | null; readonly part: Part };

/**
 * How a part of a step or item is sent, with the path's expressions filled in as far as this moment knows. `transport`: how
 * its service is reached now, as the log does not say how it was; null: nobody knows.
 */
export function requestLine({ saga, state }: Moment, of: Of, transport: ServiceTransport | null): RequestLine {
  const { spec, item, part } = of;
  if (spec.kind === "saga")
    return {
      name: "Request",
      text: part === "action" ? `Starts a run of ${spec.saga}` : `Asks the run of ${spec.saga} to unwind`,
    };
  const command = spec[part];
  const index = saga.indexOf.get(spec.id);
  if (!command || index === undefined) return { name: "Request", text: "" };
  const { service } = command;
  if (transport === null) return { name: "Command", text: `${service}.${command.command}` };
  if (transport.kind === "queue") return { name: "Queue", text: `${command.command}, put in the queue of ${service}` };
  if (transport.kind === "nats") return { name: "Subject", text: `saga.commands.${service}.${command.command}` };
  if (transport.kind === "amqp") return { name: "Routing key", text: `${service}.${command.command}` };
  if (!command.http) return { name: "Request", text: `POST /${command.command}` };
  const path = renderPath(command.http, partContext(subjectOf(saga, state, { index, item }), part));
  const known = path.ok ? String(path.value) : "(path cannot be worked out)";
  return { name: "Request", text: `${command.http.method} ${known}` };
}

/** The service that a part of a step is sent to; null: none is. */
export const serviceOf = (spec: SagaStep, part: Part): string | null => spec[part]?.service ?? null;
