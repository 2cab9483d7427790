/**
 * The deliverer: takes events that are due from the database and hands them to their subscriptions. It owns nothing of
 * what is sent, and nothing is sent that was not committed.
 *
 * D1 At least once: a delivery is claimed for a while, and comes back by itself when whoever had it died.
 * D2 A subscription has its share of deliveries under way at most, and one while it fails, so that it holds nobody up.
 * D3 Of one run one delivery to a subscription is under way at a time, in the order of its log, as long as none fails:
 *    one that has to be tried again is overtaken.
 * D4 An attempt is begun only with time enough left of its claim to end in it.
 */
import type pg from "pg";
import { limits } from "@/engine/limits";
import type { Logger } from "../log";
import { Batcher } from "./batcher";
import { createReadPool } from "./connection";
import { nextAfter, retryTable } from "./deliveries/retry";
import { type Attempt, type FindLink, Sender } from "./deliveries/sender";
import { toEntry } from "./deliveries/to-entry";
import { type Claimed, claimDeliveries, giveBack, type Settled, settleDeliveries } from "./sql/deliveries";
import { disable, failed, recovered } from "./sql/subscriptions";
import type { Subscription, Subscriptions } from "./subscriptions";

export type DeliveryTimes = {
  /** Waits before each attempt, milliseconds. */
  readonly retry: readonly number[];
  /** One attempt may take. */
  readonly timeoutMs: number;
  /** A claim lasts. */
  readonly leaseMs: number;
  /** Between two looks for what is due. */
  readonly pollMs: number;
  /** Everything may fail for so long, before what is given up ends the subscription. */
  readonly patienceMs: number;
};

export const deliveryTimes: DeliveryTimes = {
  retry: retryTable,
  timeoutMs: limits.deliveryTimeout,
  leaseMs: 30_000,
  pollMs: 1_000,
  patienceMs: limits.deliveryPatience,
};

export type DelivererOptions = {
  readonly url: string;
  readonly log: Logger;
  readonly subscriptions: Subscriptions;
  readonly findLink: FindLink;
  readonly times?: Partial<DeliveryTimes>;
};

/** Rows of one subscription held here, those that wait for their turn too. */
const mostHeld = 64;
/** Left of a claim beside the attempt itself, to write down what came of it. */
const spareMs = 5_000;

type Held = Claimed & { readonly until: number };
/** `runs`: those with a delivery under way. */
type Line = { readonly waiting: Held[]; readonly runs: Set<string>; underWay: number; isMore: boolean };

export class Deliverer {
  readonly #options: DelivererOptions;
  readonly #times: DeliveryTimes;
  readonly #pool: pg.Pool;
  readonly #sender: Sender;
  readonly #lines = new Map<string, Line>();
  readonly #settle: Batcher<Settled, null>;
  /** Claimed and not settled. */
  readonly #held = new Set<string>();
  #underWay = 0;
  #delivered = 0;
  #failed = 0;
  #stopped = false;
  #isNudged = false;
  #wake: () => void = () => {};
  #idle: () => void = () => {};
  #loop: Promise<void> = Promise.resolve();

  constructor(options: DelivererOptions) {
    this.#options = options;
    this.#times = { ...deliveryTimes, ...options.times };
    this.#pool = createReadPool(options.url, "saga-studio deliveries", 2);
    this.#sender = new Sender(options.findLink, limits.deliveriesOfOne);
    this.#settle = new Batcher(256, async (settled) => {
      await settleDeliveries(this.#pool, settled);
      return settled.map(() => null);
    });
  }

  /** Attempts since the process started. */
  get counts(): { readonly delivered: number; readonly failed: number } {
    return { delivered: this.#delivered, failed: this.#failed };
  }

  start(): void {
    this.#loop = this.#run();
  }

  /** Something may be due. */
  nudge(): void {
    this.#isNudged = true;
    this.#wake();
  }

  /** Lets what is under way end; what only waits here is anybody's at once. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#wake();
    await this.#loop;
    const waiting = [...this.#lines.values()].flatMap((line) => line.waiting.splice(0));
    if (waiting.length > 0) await giveBack(this.#pool, waiting).catch((error) => this.#warn(error));
    if (this.#underWay > 0)
      await new Promise<void>((resolve) => {
        this.#idle = resolve;
      });
    await this.#sender.close();
    await this.#pool.end();
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      this.#isNudged = false;
      await this.#claim().catch((error) => this.#warn(error));
      if (!this.#isNudged && !this.#stopped) await this.#rest();
    }
  }

  #rest(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.#times.pollMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async #claim(): Promise<void> {
    const { list } = this.#options.subscriptions;
    this.#tidy();
    const rooms = list.flatMap((subscription) => {
      const { waiting, underWay } = this.#line(subscription.id);
      const most = (subscription.failingSince === null ? mostHeld : 1) - waiting.length - underWay;
      return most > 0 ? [{ subscription: subscription.id, most }] : [];
    });
    if (rooms.length === 0) return;
    const until = performance.now() + this.#times.leaseMs;
    const claimed = await claimDeliveries(this.#pool, rooms, [...this.#held], this.#times.leaseMs);
    for (const each of claimed) {
      this.#held.add(each.id);
      this.#line(each.subscription).waiting.push({ ...each, until });
    }
    for (const { subscription, most } of rooms) {
      const got = claimed.filter((each) => each.subscription === subscription).length;
      this.#line(subscription).isMore = got >= most;
    }
    this.#begin();
  }

  #line(subscription: string): Line {
    const known = this.#lines.get(subscription);
    if (known) return known;
    const line = { waiting: [], runs: new Set<string>(), underWay: 0, isMore: false };
    this.#lines.set(subscription, line);
    return line;
  }

  /** Subscriptions that are no more are forgotten; what was claimed of them comes back, and is swept. */
  #tidy(): void {
    const { subscriptions } = this.#options;
    for (const [id, { underWay, waiting }] of this.#lines) {
      if (underWay > 0 || subscriptions.get(id)) continue;
      this.#lines.delete(id);
      for (const each of waiting) this.#held.delete(each.id);
    }
    this.#sender.keep((id) => this.#lines.has(id));
  }

  /** One of each line in turn, as long as there is room (D2). */
  #begin(): void {
    let begun = true;
    while (begun) {
      begun = false;
      for (const [id, line] of this.#lines) {
        if (this.#stopped || this.#underWay >= limits.deliveriesAtOnce) return;
        begun = this.#beginOne(id, line) || begun;
      }
    }
  }

  #beginOne(id: string, line: Line): boolean {
    const subscription = this.#options.subscriptions.get(id);
    if (!subscription) return false;
    if (line.underWay >= this.#mostOf(subscription)) return false;
    const index = line.waiting.findIndex(({ run }) => !line.runs.has(run));
    const [next] = index < 0 ? [] : line.waiting.splice(index, 1);
    if (!next) return false;
    if (next.until - performance.now() < this.#times.timeoutMs + spareMs) {
      // It comes back by itself (D4).
      this.#held.delete(next.id);
      return true;
    }
    this.#underWay += 1;
    line.underWay += 1;
    line.runs.add(next.run);
    void this.#deliver(subscription, next).then(() => {
      this.#underWay -= 1;
      line.underWay -= 1;
      line.runs.delete(next.run);
      this.#held.delete(next.id);
      if (this.#underWay === 0) this.#idle();
      if (line.isMore && line.waiting.length < limits.deliveriesOfOne) this.nudge();
      this.#begin();
    });
    return true;
  }

  /** Its share, so that all that hang at once leave room for one that does not (D2). */
  #mostOf({ failingSince }: Subscription): number {
    if (failingSince !== null) return 1;
    const share = Math.floor(limits.deliveriesAtOnce / this.#options.subscriptions.list.length);
    return Math.min(limits.deliveriesOfOne, Math.max(1, share));
  }

  async #deliver(subscription: Subscription, claimed: Held): Promise<void> {
    const at = Date.now();
    const begunAt = performance.now();
    const attempt = await this.#sender.send(subscription, claimed.event, this.#times.timeoutMs);
    const entry = JSON.stringify(toEntry(attempt, at, performance.now() - begunAt));
    try {
      const settled = this.#settled(claimed, attempt, entry);
      await this.#settle.add(settled);
      await this.#note(subscription, attempt, settled.status === "failed");
    } catch (error) {
      // Sent, and nobody has it in writing: it is sent again (D1).
      this.#warn(error);
    }
  }

  #settled({ id, attempts }: Claimed, attempt: Attempt, entry: string): Settled {
    const base = { id, attempts, after: 0, lastError: null, entry };
    if (attempt.kind === "taken") {
      this.#delivered += 1;
      return { ...base, status: "delivered", lastStatus: attempt.status };
    }
    this.#failed += 1;
    const lastStatus = attempt.kind === "refused" ? attempt.status : null;
    const wrong = { ...base, lastStatus, lastError: attempt.error };
    if (attempt.kind === "refused" && attempt.isGone) return { ...wrong, status: "disabled" };
    const after = nextAfter(id, attempts + 1, this.#times.retry);
    return after === null ? { ...wrong, status: "failed" } : { ...wrong, status: "pending", after };
  }

  /** What an attempt says of the subscription itself. It may have been idle: only what was given up speaks against it. */
  async #note({ id, failingSince }: Subscription, attempt: Attempt, isGivenUp: boolean): Promise<void> {
    const { subscriptions } = this.#options;
    if (attempt.kind === "taken") {
      if (failingSince === null) return;
      await recovered(this.#pool, id);
    } else if (attempt.kind === "refused" && attempt.isGone) {
      await disable(this.#pool, id, "The receiver answered 410 Gone");
    } else if (failingSince === null || (isGivenUp && Date.now() - failingSince >= this.#times.patienceMs)) {
      await failed(this.#pool, id, this.#times.patienceMs);
    } else return;
    await subscriptions.refresh();
  }

  #warn(error: unknown): void {
    this.#options.log.warn({ err: error }, "Deliveries could not be read or written; they are tried again");
  }
}
