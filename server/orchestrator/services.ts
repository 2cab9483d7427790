import type pg from "pg";
import type { ServiceTransport } from "@/contract/services";
import type { Logger } from "../log";
import { open, serviceSecretContext } from "../secrets";
import { readServices, type ServiceRow } from "./sql/services";

/** A participant as the dispatcher needs to know it. `secret`: the opened Standard Webhooks secret's bytes. */
export type ServiceRegistration = {
  readonly name: string;
  readonly transport: ServiceTransport;
  readonly concurrency: number;
  readonly timeoutMs: number | null;
  readonly secret: Buffer | null;
};

const freshMs = 2_000;

export type ServicesOptions = { readonly pool: pg.Pool; readonly secretKey: string; readonly log: Logger };

/** What is registered, at most 2 s old. Unchanged registrations stay the same object. */
export class Services {
  readonly #options: ServicesOptions;
  #known = new Map<string, { row: string; registration: ServiceRegistration }>();
  #readAt = Number.NEGATIVE_INFINITY;
  #reading: Promise<void> | null = null;

  constructor(options: ServicesOptions) {
    this.#options = options;
  }

  /** Null: not registered. Rejects when the database cannot be read. */
  async find(name: string): Promise<ServiceRegistration | null> {
    if (!this.isFresh()) {
      this.#reading ??= this.#read().finally(() => {
        this.#reading = null;
      });
      await this.#reading;
    }
    return this.peek(name);
  }

  isFresh(): boolean {
    return performance.now() - this.#readAt < freshMs;
  }

  peek(name: string): ServiceRegistration | null {
    return this.#known.get(name)?.registration ?? null;
  }

  invalidate(): void {
    this.#readAt = Number.NEGATIVE_INFINITY;
  }

  async #read(): Promise<void> {
    const asked = performance.now();
    const rows = await readServices(this.#options.pool);
    this.#known = new Map(rows.map((row) => [row.name, this.#entry(row)]));
    this.#readAt = asked;
  }

  #entry(row: ServiceRow): { row: string; registration: ServiceRegistration } {
    const text = JSON.stringify(row);
    const known = this.#known.get(row.name);
    return known?.row === text ? known : { row: text, registration: this.#registration(row) };
  }

  #registration(row: ServiceRow): ServiceRegistration {
    const { name, transport, concurrency, timeoutMs } = row;
    return { name, transport, concurrency, timeoutMs, secret: this.#secret(row) };
  }

  /** A secret that does not open leaves calls unsigned, which a participant that checks refuses. */
  #secret(row: ServiceRow): Buffer | null {
    if (!row.secret) return null;
    try {
      const secret = open(this.#options.secretKey, serviceSecretContext(row.name), row.secret);
      return Buffer.from(secret.replace(/^whsec_/, ""), "base64");
    } catch (error) {
      this.#options.log.error({ err: error, service: row.name }, "A signing secret does not open");
      return null;
    }
  }
}
