import type { Lease } from "./sql/leases";

type Waiter<Item> = {
  readonly max: number;
  readonly until: number;
  /** Answers, once. */
  readonly finish: (items: readonly Item[]) => void;
  readonly reject: (error: unknown) => void;
  /** The queue was looked at for this one. */
  looked: boolean;
};

/** `found`: how many were looked at; more than were given means that others may be behind them. */
export type Look<Item> = (most: number) => Promise<{ readonly items: readonly Item[]; readonly found: number }>;

export type ClaimRequest = { readonly max: number; readonly waitMs: number; readonly signal: AbortSignal };

const mostAtOnce = 1_000;

/**
 * Those who wait for work of one service, in the order in which they came. One look at the queue at a time is for all of
 * them, however many they are; what it brings is dealt out among them. Whoever hangs up leaves the line, and what was
 * claimed for them goes to the next, or back.
 */
export class ClaimLine<Item extends Lease> {
  readonly #look: Look<Item>;
  readonly #release: (items: readonly Item[]) => void;
  readonly #waiting = new Set<Waiter<Item>>();
  #mode: "resting" | "looking" | "again" = "resting";

  constructor(look: Look<Item>, release: (items: readonly Item[]) => void) {
    this.#look = look;
    this.#release = release;
  }

  get length(): number {
    return this.#waiting.size;
  }

  /** Resolves with work as soon as there is some, or with none. Rejects when the queue cannot be looked at. */
  join({ max, waitMs, signal }: ClaimRequest): Promise<readonly Item[]> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return resolve([]);
      const leave = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", hangUp);
        this.#waiting.delete(waiter);
      };
      const waiter: Waiter<Item> = {
        max,
        until: performance.now() + waitMs,
        finish: (items) => {
          leave();
          resolve(items);
        },
        reject: (error) => {
          leave();
          reject(error);
        },
        looked: false,
      };
      const hangUp = () => waiter.finish([]);
      const timer = setTimeout(() => waiter.looked && waiter.finish([]), waitMs);
      signal.addEventListener("abort", hangUp, { once: true });
      this.#waiting.add(waiter);
      this.wake();
    });
  }

  /** There may be something. */
  wake(): void {
    if (this.#mode !== "resting") this.#mode = "again";
    else if (this.#waiting.size > 0) void this.#run();
  }

  /** Lets everybody go without work. */
  dismiss(): void {
    for (const waiter of this.#waiting) waiter.finish([]);
  }

  async #run(): Promise<void> {
    this.#mode = "looking";
    // Those who come together are looked for together.
    await new Promise((resolve) => setImmediate(resolve));
    do {
      this.#mode = "looking";
      await this.#once([...this.#waiting]);
    } while (this.#isAgain() && this.#waiting.size > 0);
    this.#mode = "resting";
  }

  #isAgain(): boolean {
    return this.#mode === "again";
  }

  async #once(asking: readonly Waiter<Item>[]): Promise<void> {
    if (asking.length === 0) return;
    const most = asking.reduce((sum, { max }) => sum + max, 0);
    try {
      const { items, found } = await this.#look(Math.min(most, mostAtOnce));
      this.#deal(items);
      if (found > items.length) this.wake();
    } catch (error) {
      for (const waiter of asking) waiter.reject(error);
    }
    const now = performance.now();
    for (const waiter of asking) {
      waiter.looked = true;
      if (waiter.until <= now) waiter.finish([]);
    }
  }

  /** One each, round and round, so that a burst keeps everybody busy. */
  #deal(items: readonly Item[]): void {
    const hands = [...this.#waiting].map((waiter) => ({ waiter, items: [] as Item[] }));
    const rest = [...items];
    let open = hands;
    while (rest.length > 0 && open.length > 0) {
      for (const hand of open) hand.items.push(...rest.splice(0, 1));
      open = open.filter((hand) => hand.items.length < hand.waiter.max);
    }
    for (const hand of hands) if (hand.items.length > 0) hand.waiter.finish(hand.items);
    if (rest.length > 0) this.#release(rest);
  }
}
