import type pg from "pg";
import type { SubscriptionTarget } from "@/contract/subscriptions";
import type { Logger } from "../log";
import { open, subscriptionSecretContext } from "../secrets";
import type { Wish } from "./events-out";
import { readSubscriptions, type SubscriptionRow } from "./sql/subscriptions";

/** An enabled subscription. `secret`: the opened Standard Webhooks secret's bytes. */
export type Subscription = Wish & {
  readonly target: SubscriptionTarget;
  readonly secret: Buffer | null;
  readonly failingSince: number | null;
};

const everyMs = 1_000;

export type SubscriptionsOptions = { readonly pool: pg.Pool; readonly secretKey: string; readonly log: Logger };

/**
 * Who wants events, read each second, so that a decision has to ask nobody. Unchanged subscriptions stay the same
 * object. While the database cannot be read nothing is committed either, and the last that was read does.
 */
export class Subscriptions {
  readonly #options: SubscriptionsOptions;
  #known = new Map<string, { row: string; subscription: Subscription }>();
  #list: readonly Subscription[] = [];
  #timer: NodeJS.Timeout | null = null;
  #reading: Promise<void> | null = null;
  #stopped = false;

  constructor(options: SubscriptionsOptions) {
    this.#options = options;
  }

  get list(): readonly Subscription[] {
    return this.#list;
  }

  /** Rejects when the database cannot be read now. */
  async begin(): Promise<void> {
    await this.#read();
    this.#again();
  }

  get(id: string): Subscription | null {
    return this.#known.get(id)?.subscription ?? null;
  }

  /** Something changed: read anew. */
  async refresh(): Promise<void> {
    // What is being read may have been asked before the change.
    await this.#reading?.catch(() => {});
    if (!this.#stopped) await this.#read().catch((error) => this.#failed(error));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer) clearTimeout(this.#timer);
    await this.#reading?.catch(() => {});
  }

  #again(): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      void this.#read()
        .catch((error) => this.#failed(error))
        .then(() => this.#again());
    }, everyMs);
    this.#timer.unref();
  }

  #read(): Promise<void> {
    this.#reading ??= readSubscriptions(this.#options.pool)
      .then((rows) => this.#take(rows))
      .finally(() => {
        this.#reading = null;
      });
    return this.#reading;
  }

  #take(rows: readonly SubscriptionRow[]): void {
    this.#known = new Map(rows.map((row) => [row.id, this.#entry(row)]));
    this.#list = [...this.#known.values()].map(({ subscription }) => subscription);
  }

  #entry(row: SubscriptionRow): { row: string; subscription: Subscription } {
    const text = JSON.stringify(row);
    const known = this.#known.get(row.id);
    return known?.row === text ? known : { row: text, subscription: { ...row, secret: this.#secret(row) } };
  }

  /** A secret that does not open leaves deliveries unsigned, which a receiver that checks refuses. */
  #secret({ id, secret }: SubscriptionRow): Buffer | null {
    if (!secret) return null;
    try {
      const text = open(this.#options.secretKey, subscriptionSecretContext(id), secret);
      return toSigningKey(text);
    } catch (error) {
      this.#options.log.error({ err: error, subscription: id }, "A signing secret does not open");
      return null;
    }
  }

  #failed(error: unknown): void {
    if (!this.#stopped) this.#options.log.warn({ err: error }, "Subscriptions could not be read; they are in a moment");
  }
}

/** The bytes that a Standard Webhooks secret stands for. */
export function toSigningKey(secret: string): Buffer {
  return Buffer.from(secret.replace(/^whsec_/, ""), "base64");
}
