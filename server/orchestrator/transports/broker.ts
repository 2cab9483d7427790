/**
 * Commands over a message broker. A command is taken once the broker has stored it, and not before; its reply comes as a
 * message of its own. A broker that cannot be reached is no failure of the step: nothing was sent, and the command waits.
 */
import type { InvokeCommand, Outcome } from "@/engine";
import { limits } from "@/engine/limits";
import type { Brokers } from "../../brokers/brokers";
import type { BrokerLink, Outgoing, Published } from "../../brokers/link";
import type { ServiceRegistration } from "../services";
import { toCommandMessage } from "./command-message";
import type { Transport } from "./transport";

/** So long a call waits for a broker to come back; after that the command waits without taking a place in line. */
const patienceMs = 5_000;
/** Said before the attempt's time is over, when it is known that nothing was sent; after it, nobody would know. */
const marginMs = 200;

export class BrokerTransport implements Transport {
  readonly #brokers: Brokers;

  constructor(brokers: Brokers) {
    this.#brokers = brokers;
  }

  async call(command: InvokeCommand, service: ServiceRegistration, signal: AbortSignal): Promise<Outcome | "accepted"> {
    const { transport } = service;
    if (transport.kind !== "nats" && transport.kind !== "amqp")
      throw new Error(`${service.name} is not reached over a broker`);
    const message = toCommandMessage(command, service, Date.now());
    if (Buffer.byteLength(message.body) > limits.largestBody)
      return tooLarge(`A command may have at most ${limits.largestBody / 1_024} KB as a message`);
    const link = await this.#brokers.find(transport.broker).catch(() => null);
    if (link === null) return notDelivered(transport.broker);
    const patience = Math.min(patienceMs, Math.max(0, command.timeoutAt - Date.now() - marginMs));
    const published = await publish(link, message, { patience, signal });
    if (published === "stored") return "accepted";
    if (published === "too_large") return tooLarge(`The broker ${transport.broker} takes no message as large as this`);
    return published === "unreachable" ? notDelivered(transport.broker) : inDoubt(transport.broker);
  }

  /** The links are closed by whoever made them. */
  async close(): Promise<void> {}
}

type Until = { readonly patience: number; readonly signal: AbortSignal };

/** Waits a while for the broker; once anything was sent, until the attempt's own deadline, under the same id. */
async function publish(link: BrokerLink, message: Outgoing, { patience, signal }: Until): Promise<Published> {
  const waiting = new AbortController();
  const end = () => waiting.abort();
  const timer = setTimeout(end, patience);
  signal.addEventListener("abort", end, { once: true });
  try {
    if (signal.aborted || !(await isPrepared(link, message, waiting.signal))) return "unreachable";
    const first = await link.publish(message, waiting.signal);
    if (first !== "unknown" || signal.aborted) return first;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", end);
  }
  const second = await link.publish(message, signal);
  return second === "stored" ? second : "unknown";
}

/** Whether what keeps the service's commands is there, or will be before anything is published. */
async function isPrepared(link: BrokerLink, { to }: Outgoing, signal: AbortSignal): Promise<boolean> {
  if (to.kind !== "command") return true;
  const over = new Promise<boolean>((resolve) => {
    signal.addEventListener("abort", () => resolve(false), { once: true });
  });
  const prepared = link.prepare(to.service).then(
    () => true,
    () => false,
  );
  return Promise.race([prepared, over]);
}

function notDelivered(broker: string): Outcome {
  const message = `The broker ${broker} cannot be reached; the command waits`;
  return {
    kind: "retryable",
    error: { code: "broker_unreachable", message, detail: { broker } },
    whenSpent: "none",
    undelivered: true,
  };
}

function inDoubt(broker: string): Outcome {
  const message = `The broker ${broker} did not say whether it took the command`;
  return { kind: "unknown", error: { code: "broker_in_doubt", message } };
}

/** Nothing was sent, and the same would be so the next time. */
function tooLarge(message: string): Outcome {
  return { kind: "terminal", error: { code: "command_too_large", message } };
}
