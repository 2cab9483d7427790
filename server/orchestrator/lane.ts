import type { InvokeCommand, Outcome } from "@/engine";
import type { ServiceHealth } from "./orchestrator";
import type { ServiceRegistration } from "./services";
import type { Transport } from "./transports/transport";

export type Done = (outcome: Outcome | "accepted") => void;

export type Call = {
  readonly command: InvokeCommand;
  /** Whether the step itself says how long an attempt may take; else the service's own time-out holds too. */
  readonly saysTimeout: boolean;
  /** Asked when its turn comes: while it waited in line the run may have been lost, or have begun to unwind. */
  readonly isWanted: () => boolean;
  readonly done: Done;
};

/** A call that cannot be sent at least this long before its deadline is not sent (F10). */
const margin = 150;
/** Timers beyond 2^31 ms fire at once. */
const longestTimer = 2 ** 31 - 1;
const remembered = 128;

/**
 * The calls to one service: at most `concurrency` under way, the rest in line. Owns their deadlines: a call ends by its
 * command's `timeoutAt`, and one that never left the line by then had no effect.
 */
export class Lane {
  readonly #transport: Transport;
  #service: ServiceRegistration | null = null;
  #line: Call[] = [];
  #head = 0;
  readonly #open = new Set<AbortController>();
  #calls = 0;
  #failures = 0;
  #lastError: string | null = null;
  #lastAt: number | null = null;
  readonly #durations: number[] = [];

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  get openCalls(): number {
    return this.#open.size;
  }

  get queued(): number {
    return this.#line.length - this.#head;
  }

  get calls(): number {
    return this.#calls;
  }

  add(service: ServiceRegistration, call: Call): void {
    this.#service = service;
    this.#line.push(call);
    this.#pump();
  }

  /** Answers what waits in line past its time: it was never sent. */
  expire(now: number): void {
    const late: Call[] = [];
    const rest = this.#line.slice(this.#head).filter((w) => {
      const isLate = w.command.timeoutAt - now < margin;
      if (isLate) late.push(w);
      return !isLate;
    });
    this.#line = rest;
    this.#head = 0;
    for (const { done } of late) done(notSent);
  }

  /** Forgets the line; nobody is answered. */
  dropQueued(): void {
    this.#line = [];
    this.#head = 0;
  }

  /** Ends every call and forgets the line; nobody is answered. */
  abandon(): void {
    this.dropQueued();
    for (const controller of this.#open) controller.abort();
    this.#open.clear();
  }

  health(): ServiceHealth {
    const sorted = [...this.#durations].sort((a, b) => a - b);
    return {
      calls: this.#calls,
      failures: this.#failures,
      medianMs: Math.round((sorted[sorted.length >> 1] ?? 0) * 10) / 10,
      lastError: this.#lastError,
      lastAt: this.#lastAt,
    };
  }

  #pump(): void {
    const service = this.#service;
    while (service && this.#open.size < service.concurrency && this.#head < this.#line.length) {
      const next = this.#line[this.#head] as Call;
      this.#head += 1;
      if (this.#head > 256 && this.#head * 2 > this.#line.length) {
        this.#line = this.#line.slice(this.#head);
        this.#head = 0;
      }
      if (!next.isWanted()) next.done(withdrawn);
      else if (next.command.timeoutAt - Date.now() < margin) next.done(notSent);
      else this.#send(service, next);
    }
  }

  #send(service: ServiceRegistration, { command, saysTimeout, done }: Call): void {
    const controller = new AbortController();
    this.#open.add(controller);
    const sentAt = performance.now();
    const patience = saysTimeout ? longestTimer : (service.timeoutMs ?? longestTimer);
    const left = Math.min(command.timeoutAt - Date.now(), patience, longestTimer);
    const deadline = setTimeout(() => controller.abort(), left);
    this.#transport.call(command, service, controller.signal).then((outcome) => {
      clearTimeout(deadline);
      // False after `abandon`: nobody waits for this any more.
      if (!this.#open.delete(controller)) return;
      this.#note(outcome, performance.now() - sentAt);
      done(outcome);
      this.#pump();
    });
  }

  /** What could not be handed over says nothing of the service: it was never called. */
  #note(outcome: Outcome | "accepted", took: number): void {
    if (outcome !== "accepted" && outcome.kind === "retryable" && outcome.undelivered) return;
    this.#durations[this.#calls % remembered] = took;
    this.#calls += 1;
    this.#lastAt = Date.now();
    if (outcome === "accepted" || outcome.kind === "success" || isRefusal(outcome)) return;
    this.#failures += 1;
    this.#lastError = `${outcome.error.code}: ${outcome.error.message}`.slice(0, 300);
  }
}

/** A declined card is a service at work; one that does not know us, or the command, is not. */
function isRefusal(outcome: Exclude<Outcome, { kind: "success" }>): boolean {
  return outcome.kind === "terminal" && ![401, 403, 404, 405].includes(outcome.error.status ?? 0);
}

const withdrawn: Outcome = {
  kind: "retryable",
  error: { code: "withdrawn", message: "The call waited in line until nobody wanted it any more; it was not sent" },
  whenSpent: "none",
};

const notSent: Outcome = {
  kind: "retryable",
  error: {
    code: "service_busy",
    message: "The call waited for a free connection until its time was over; it was not sent",
  },
  whenSpent: "none",
};
