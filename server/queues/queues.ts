/**
 * The queues as services see them: who waits for work, who has which, and what became of it. Every word is one statement
 * that may be repeated; the table is the only memory, so any number of processes may serve one queue.
 */
import type pg from "pg";
import { queueLimits } from "@/contract/queues";
import type { Outcome } from "@/engine";
import { canonicalHash } from "../canonical";
import { Unavailable } from "../errors";
import type { Logger } from "../log";
import { Batcher } from "../orchestrator/batcher";
import { queueChannel, workChannel, workerChannel } from "../orchestrator/channels";
import { createQueuePool, createReadPool } from "../orchestrator/connection";
import { Listener } from "../orchestrator/listener";
import { Notifier } from "../orchestrator/notifier";
import { newId } from "../uuid";
import { ClaimLine, type ClaimRequest } from "./claim-line";
import { type ClaimedRow, claim } from "./sql/claim";
import { type Depth, readDepths } from "./sql/depths";
import { type Lease, release, renew } from "./sql/leases";
import { findSettled, type Settled, type Settlement, settle } from "./sql/settle";

export type Answer = Lease & {
  readonly service: string;
  readonly outcome: Outcome;
  /** Who says it, where that is not the service itself. */
  readonly sender: { readonly actor?: string; readonly person?: string };
};

export type Answered =
  | "accepted"
  /** The same was said before. */
  | "duplicate"
  /** Something else was said before, and counts. */
  | "answered_otherwise"
  /** It is durable that the run is gone: nobody waits for this any more. */
  | "run_gone"
  /** The item is not this holder's, or is no more. */
  | "lease_lost";

export type QueuesOptions = {
  readonly url: string;
  readonly log: Logger;
  /** Milliseconds that a claim, and each heartbeat, is good for. */
  readonly leaseMs?: number;
};

const connections = 2;
const mostAnswers = 256;
/** Notices may be lost, and leases run out without one. */
const pollMs = 1_000;

export class Queues {
  readonly #options: Required<QueuesOptions>;
  /** For what looks at queues, and for what is said of items. */
  readonly #looks: pg.Pool;
  readonly #words: pg.Pool;
  readonly #notifier: Notifier;
  readonly #listener: Listener;
  readonly #lines = new Map<string, ClaimLine<ClaimedRow>>();
  readonly #batcher = new Batcher<Settlement, Answered>(mostAnswers, (answers) => this.#settle(answers));
  readonly #poll: NodeJS.Timeout;
  #isListening = false;
  #isDraining = false;

  constructor(options: QueuesOptions) {
    const { url, log, leaseMs = queueLimits.workLease } = options;
    this.#options = { url, log, leaseMs };
    this.#looks = createQueuePool(url, "saga-studio queues", connections);
    this.#words = createReadPool(url, "saga-studio queue answers", connections);
    this.#notifier = new Notifier({ url, name: "saga-studio queues notify", log });
    const heard = (_: string, service: string) => this.#lines.get(service)?.wake();
    this.#listener = new Listener({
      url,
      name: "saga-studio queues listen",
      log,
      heard,
      connected: () => this.#look(),
    });
    this.#poll = setInterval(() => this.#look(), pollMs);
    this.#poll.unref();
  }

  /** How many ask and have nothing yet. */
  get waiting(): number {
    return [...this.#lines.values()].reduce((sum, line) => sum + line.length, 0);
  }

  /** Work for one who asks; none when nothing comes in time. Rejects with Unavailable when there is no telling. */
  async claim(service: string, request: ClaimRequest): Promise<readonly ClaimedRow[]> {
    if (this.#isDraining) throw new Unavailable("This server is stopping. Ask again.");
    if (!this.#isListening) {
      this.#isListening = true;
      void this.#listener.listen([queueChannel]);
    }
    return this.#line(service).join(request).catch(unavailable);
  }

  /** What became of an item, durable in the transaction that removes it. */
  answer({ id, lease, service, outcome, sender }: Answer): Promise<Answered> {
    const said = { reply: newId(), outcome: JSON.stringify(outcome), sender: JSON.stringify(sender) };
    const settlement = { id, lease, service, ...said, hash: canonicalHash(outcome) };
    const add = () => this.#batcher.add(settlement);
    // It may have been committed or not; saying it again does not say it twice.
    return add().catch(add).catch(unavailable);
  }

  /** Until when the lease is now; null: it is lost. */
  heartbeat(service: string, lease: Lease): Promise<Date | null> {
    const beat = () => renew(this.#words, service, lease, this.#options.leaseMs);
    return beat().catch(beat).catch(unavailable);
  }

  depths(services: readonly string[]): Promise<readonly Depth[]> {
    const read = () => readDepths(this.#looks, services, queueLimits.queueCounted);
    return services.length === 0 ? Promise.resolve([]) : read().catch(read).catch(unavailable);
  }

  /** Lets those who wait go, and no others come. What they hold can still be answered. */
  drain(): void {
    this.#isDraining = true;
    for (const line of this.#lines.values()) line.dismiss();
  }

  async stop(): Promise<void> {
    this.drain();
    clearInterval(this.#poll);
    this.#listener.stop();
    this.#notifier.stop();
    await Promise.all([this.#looks.end(), this.#words.end()]);
  }

  #line(service: string): ClaimLine<ClaimedRow> {
    const known = this.#lines.get(service);
    if (known) return known;
    const line = new ClaimLine<ClaimedRow>(
      (most) => claim(this.#looks, service, most, this.#options.leaseMs),
      (items) => void this.#release(service, items),
    );
    this.#lines.set(service, line);
    return line;
  }

  #look(): void {
    for (const line of this.#lines.values()) line.wake();
  }

  /** Where even this fails, the leases run out. */
  async #release(service: string, items: readonly Lease[]): Promise<void> {
    try {
      await release(this.#words, items);
      this.#notifier.send({ channel: queueChannel, payload: service });
    } catch (error) {
      this.#options.log.warn({ err: error, service }, "Claimed work that nobody waited for comes back later");
    }
  }

  async #settle(settlements: readonly Settlement[]): Promise<readonly Answered[]> {
    // Two words under one lease in one batch: the first counts, the other is a repeat like any.
    const first = new Map(settlements.map((s) => [placeOf(s), s] as const).reverse());
    const settled = new Map((await settle(this.#words, [...first.values()])).map((s) => [placeOf(s), s]));
    const isNow = (s: Settlement) => first.get(placeOf(s)) === s && settled.has(placeOf(s));
    const rest = settlements.filter((s) => !isNow(s));
    const before = rest.length > 0 ? await findSettled(this.#words, rest) : new Map<string, string>();
    return settlements.map((s) => {
      const now = settled.get(placeOf(s));
      if (now && isNow(s)) return this.#settled(s, now);
      const hash = before.get(placeOf(s));
      if (hash === undefined) return "lease_lost";
      return hash === s.hash ? "duplicate" : "answered_otherwise";
    });
  }

  #settled({ service }: Settlement, { owner, hasRun, isBack }: Settled): Answered {
    if (isBack) this.#notifier.send({ channel: queueChannel, payload: service });
    if (!hasRun) return "run_gone";
    this.#notifier.send({ channel: owner === null ? workChannel : workerChannel(owner), payload: "" });
    return "accepted";
  }
}

function placeOf({ id, lease }: Lease): string {
  return `${id}:${lease}`;
}

function unavailable(cause: unknown): never {
  throw new Unavailable("The queue cannot be reached. Say the same again.", { cause });
}
