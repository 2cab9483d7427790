import type { ServiceTransport } from "@/contract/services";
import type { InvokeCommand, Outcome } from "@/engine";
import type { ServiceRegistration } from "../services";
import type { Transport } from "./transport";

export type TransportKind = ServiceTransport["kind"];

/** Every kind of transport behind one: a service is called the way that its registration says. */
export class TransportByKind implements Transport {
  readonly #transports: { readonly [K in TransportKind]?: Transport };

  constructor(transports: { readonly [K in TransportKind]?: Transport }) {
    this.#transports = transports;
  }

  call(command: InvokeCommand, service: ServiceRegistration, signal: AbortSignal): Promise<Outcome | "accepted"> {
    const { kind } = service.transport;
    return this.#transports[kind]?.call(command, service, signal) ?? Promise.resolve(notHere(kind));
  }

  async close(): Promise<void> {
    await Promise.all(Object.values(this.#transports).map((transport) => transport.close()));
  }
}

function notHere(kind: TransportKind): Outcome {
  const message = `This server does not speak ${kind}; nothing was sent`;
  return { kind: "retryable", error: { code: "transport_unknown", message }, whenSpent: "none" };
}
