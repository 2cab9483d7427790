/**
 * Dispatch: performs commands once their intent is committed. It owns the lines in front of services and nothing of
 * runs; what became of a call goes to whoever handed the command in, once, or never if everything was abandoned.
 */
import type { Outcome } from "@/engine";
import { type Call, Lane } from "./lane";
import type { ServiceHealth } from "./orchestrator";
import type { Services } from "./services";
import type { Transport } from "./transports/transport";

const expireEveryMs = 100;

export class Dispatch {
  readonly #services: Services;
  readonly #transport: Transport;
  readonly #lanes = new Map<string, Lane>();
  readonly #expiry: NodeJS.Timeout;
  #era = 0;

  constructor(services: Services, transport: Transport) {
    this.#services = services;
    this.#transport = transport;
    this.#expiry = setInterval(() => this.#expire(), expireEveryMs);
    this.#expiry.unref();
  }

  perform(call: Call): void {
    const service = this.#services.isFresh() ? this.#services.peek(call.command.service) : null;
    if (service) this.#lane(service.name).add(service, call);
    else void this.#findAndPerform(call);
  }

  /** Nobody waits for any call that is under way or in line. */
  abandon(): void {
    this.#era += 1;
    for (const lane of this.#lanes.values()) lane.abandon();
  }

  /** Forgets what waits in line: it was not sent, and will be by whoever takes the runs up. */
  dropQueued(): void {
    for (const lane of this.#lanes.values()) lane.dropQueued();
  }

  get openCalls(): number {
    return this.#sum((lane) => lane.openCalls);
  }

  get queued(): number {
    return this.#sum((lane) => lane.queued);
  }

  get calls(): number {
    return this.#sum((lane) => lane.calls);
  }

  health(): Readonly<Record<string, ServiceHealth>> {
    return Object.fromEntries([...this.#lanes].map(([name, lane]) => [name, lane.health()]));
  }

  async close(): Promise<void> {
    clearInterval(this.#expiry);
    this.abandon();
    await this.#transport.close();
  }

  async #findAndPerform(call: Call): Promise<void> {
    const name = call.command.service;
    const era = this.#era;
    let unreadable = false;
    const service = await this.#services.find(name).catch(() => {
      unreadable = true;
      return this.#services.peek(name);
    });
    if (era !== this.#era) return;
    if (service) this.#lane(service.name).add(service, call);
    else call.done(unreadable ? servicesUnreadable : notRegistered(name));
  }

  #lane(name: string): Lane {
    const known = this.#lanes.get(name);
    if (known) return known;
    const lane = new Lane(this.#transport);
    this.#lanes.set(name, lane);
    return lane;
  }

  #expire(): void {
    const now = Date.now();
    for (const lane of this.#lanes.values()) if (lane.queued > 0) lane.expire(now);
  }

  #sum(of: (lane: Lane) => number): number {
    let sum = 0;
    for (const lane of this.#lanes.values()) sum += of(lane);
    return sum;
  }
}

/** Somebody may still register it, so the step's own patience decides. */
function notRegistered(name: string): Outcome {
  const message = `No service is registered under the name ${name}`;
  return { kind: "retryable", error: { code: "service_not_registered", message }, whenSpent: "none" };
}

const servicesUnreadable: Outcome = {
  kind: "retryable",
  error: { code: "service_unknown", message: "The service's registration could not be read; nothing was sent" },
  whenSpent: "none",
};
