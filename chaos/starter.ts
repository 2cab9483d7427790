/**
 * The clients: they start runs through whichever process, with an idempotency key, and try again until they are told
 * that the run is begun; some start it once more after that; some cancel it.
 */
import { createHash } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { v7 } from "uuid";
import type { Operation } from "@/engine";
import type { OperateAnswer, Orchestrator, StartAnswer, StartRequest } from "@/server/orchestrator/orchestrator";
import type { Cluster } from "./cluster";
import type { FromWorker } from "./messages";
import type { ChaosOptions } from "./options";
import { draw } from "./random";
import { names } from "./sagas";

const patienceMs = 4_000;
const shares = { unowned: 0.25, twice: 0.05, cancelled: 0.04 };

/** What a client was told of its order: every run named to it. */
export type Order = { readonly name: string; readonly runs: Set<string>; readonly tries: number };
/** `reason` is in the operation and so in the log. */
export type Asked = { readonly run: string; readonly reason: string; readonly answer: OperateAnswer };

/** What a person is asked about. */
export type Stuck = {
  readonly run: string;
  readonly step: string;
  readonly item: number | null;
  readonly reason: "compensation_failed" | "late_effect";
};

export class Clients {
  readonly orders: Order[] = [];
  readonly asked: Asked[] = [];
  readonly strange: string[] = [];
  readonly #options: ChaosOptions;
  readonly #cluster: Cluster;
  readonly #door: Orchestrator;
  readonly #waiting = new Map<number, { name: string; resolve: (answer: StartAnswer | null) => void }>();
  /** Who asked, of those who no longer wait: what they are told late must be the same. */
  readonly #late = new Map<number, Order["runs"]>();
  #tickets = 0;
  #tries = 0;

  /** `door`: an orchestrator without a worker, as a web server has. */
  constructor(options: ChaosOptions, cluster: Cluster, door: Orchestrator) {
    this.#options = options;
    this.#cluster = cluster;
    this.#door = door;
  }

  get tries(): number {
    return this.#tries;
  }

  heard(message: FromWorker): void {
    if (message.type !== "started") return;
    const { ticket, answer } = message;
    const waiting = this.#waiting.get(ticket);
    this.#waiting.delete(ticket);
    if (waiting) return waiting.resolve(answer);
    const id = runOf(answer);
    if (id !== null) this.#late.get(ticket)?.add(id);
  }

  /** Starts all runs, evenly over the time; resolves when each is acknowledged. */
  async run(): Promise<void> {
    const { runs, seconds } = this.#options;
    const every = (seconds * 1_000) / runs;
    await Promise.all(
      Array.from({ length: runs }, async (_, i) => {
        await delay(i * every);
        await this.#order(`order-${i}`);
      }),
    );
  }

  async #order(name: string): Promise<void> {
    const { seed } = this.#options;
    const saga = names[Math.floor(draw(seed, "saga", name) * names.length)] ?? names[0];
    const runs = new Set<string>();
    const before = this.#tries;
    await this.#startUntilKnown(name, saga, runs);
    if (draw(seed, "twice", name) < shares.twice) await this.#startUntilKnown(name, saga, runs);
    this.orders.push({ name, runs, tries: this.#tries - before });
    const [run] = runs;
    if (run !== undefined && draw(seed, "cancelled", name) < shares.cancelled) {
      await delay(draw(seed, "cancelled after", name) * 400);
      await this.#cancel(run, name);
    }
  }

  async #startUntilKnown(name: string, saga: string, runs: Set<string>): Promise<void> {
    const data = { order: name, amount: 40, parcels: ["a", "b", "c"] };
    const hash = createHash("sha256").update(JSON.stringify({ saga, data })).digest("hex");
    for (let attempt = 1; ; attempt++) {
      const request = { id: v7(), saga, version: 1, data, actor: "chaos", at: Date.now(), key: name, hash };
      this.#tries += 1;
      const answer = await this.#ask(request, draw(this.#options.seed, "door", name, attempt), runs);
      const id = runOf(answer);
      if (id !== null) runs.add(id);
      if (id !== null) return;
      if (answer !== null) this.strange.push(`${name} was answered ${JSON.stringify(answer)}`);
      await delay(50 + attempt * 50);
    }
  }

  #ask(request: StartRequest, drawn: number, runs: Set<string>): Promise<StartAnswer | null> {
    if (drawn < shares.unowned) {
      const given = this.#door.start([request]).then(([answer]) => answer ?? null);
      return given.catch(() => null);
    }
    const { workers } = this.#options;
    const worker = Math.floor(((drawn - shares.unowned) / (1 - shares.unowned)) * workers);
    this.#tickets += 1;
    const ticket = this.#tickets;
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(ticket);
        this.#late.set(ticket, runs);
        resolve(null);
      }, patienceMs);
      const told = (answer: StartAnswer | null) => {
        clearTimeout(timer);
        resolve(answer);
      };
      this.#waiting.set(ticket, { name: request.key ?? "", resolve: told });
      this.#cluster.tell(worker, { type: "start", ticket, request });
    });
  }

  /**
   * As a person does once the participant is well again: retries each undo that failed for good, and after a look into
   * the participant's books marks as undone what was told only after its undo.
   */
  async repair(stuck: readonly Stuck[]): Promise<void> {
    const nameOf = ({ run, step, item }: Stuck) => `${run} ${step} ${item}`;
    const failed = new Set(stuck.filter(({ reason }) => reason === "compensation_failed").map(nameOf));
    // Where the undo has failed as well, the late effect is there: doing the undo settles both.
    const open = stuck.filter((one) => one.reason === "compensation_failed" || !failed.has(nameOf(one)));
    await Promise.all(
      open.map(({ run, step, item, reason }) => {
        const named = { step, ...(item === null ? {} : { item }), reason: `${reason} of ${step} ${item ?? ""}`.trim() };
        return reason === "late_effect"
          ? this.#operate(run, { operation: "markCompensated", ...named, evidence: "The participant's books" })
          : this.#operate(run, { operation: "retryCompensation", ...named });
      }),
    );
  }

  #cancel(run: string, name: string): Promise<void> {
    return this.#operate(run, { operation: "cancel", reason: `cancel ${name}` });
  }

  /** Asks until it is acknowledged, under one key. */
  async #operate(run: string, operation: Operation): Promise<void> {
    const { reason } = operation;
    const key = `${run}/${reason}`;
    const hash = createHash("sha256").update(reason).digest("hex");
    for (;;) {
      const answer = await this.#door
        .operate({ id: v7(), run, operation, actor: "chaos", key, hash })
        .catch(() => null);
      if (answer) {
        this.asked.push({ run, reason, answer });
        return;
      }
      await delay(200);
    }
  }
}

function runOf(answer: StartAnswer | null): string | null {
  return answer?.kind === "started" || answer?.kind === "repeated" ? answer.id : null;
}
