/**
 * The links of one process: one for each enabled broker that somebody asked for, opened when first asked for and kept.
 * What is registered is at most 2 s old; a changed registration is a new link, and the old one is closed.
 */
import type pg from "pg";
import type { Logger } from "../log";
import { type Credentials, noCredentials, openCredentials } from "./credentials";
import { kinds } from "./kinds";
import type { BrokerLink } from "./link";
import type { BrokerRegistration } from "./registration";
import { type BrokerRow, readBrokers } from "./sql";

const freshMs = 2_000;

export type BrokersOptions = { readonly pool: pg.Pool; readonly secretKey: string; readonly log: Logger };

type Known = { readonly text: string; readonly registration: BrokerRegistration; link: BrokerLink | null };

export class Brokers {
  readonly #options: BrokersOptions;
  #known = new Map<string, Known>();
  #readAt = Number.NEGATIVE_INFINITY;
  #reading: Promise<void> | null = null;
  #isClosed = false;

  constructor(options: BrokersOptions) {
    this.#options = options;
  }

  /** Null: not registered, switched off, or of a kind that this server does not speak. Rejects when the database cannot be read and the broker is not known. */
  async find(name: string): Promise<BrokerLink | null> {
    await this.#refresh().catch((error: unknown) => {
      if (!this.#known.has(name)) throw error;
    });
    return this.#open(name);
  }

  /** A link for each that can have one, by name. */
  async all(): Promise<ReadonlyMap<string, BrokerLink>> {
    await this.#refresh();
    const links = [...this.#known.keys()].map((name) => [name, this.#open(name)] as const);
    return new Map(links.filter((pair): pair is [string, BrokerLink] => pair[1] !== null));
  }

  /** The link that is open under a name; null: none. */
  peek(name: string): BrokerLink | null {
    return this.#known.get(name)?.link ?? null;
  }

  invalidate(): void {
    this.#readAt = Number.NEGATIVE_INFINITY;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#reading?.catch(() => {});
    await Promise.all([...this.#known.values()].map(({ link }) => link?.close()));
  }

  #open(name: string): BrokerLink | null {
    const known = this.#known.get(name);
    if (!known?.registration.enabled || this.#isClosed) return null;
    known.link ??= kinds[known.registration.kind]?.open(known.registration, { log: this.#options.log }) ?? null;
    return known.link;
  }

  async #refresh(): Promise<void> {
    if (performance.now() - this.#readAt < freshMs) return;
    this.#reading ??= this.#read().finally(() => {
      this.#reading = null;
    });
    await this.#reading;
  }

  async #read(): Promise<void> {
    const asked = performance.now();
    const rows = await readBrokers(this.#options.pool);
    const before = this.#known;
    this.#known = new Map(rows.map((row) => [row.name, this.#entry(row)]));
    this.#readAt = asked;
    for (const [name, { link }] of before) if (link !== this.peek(name)) this.#drop(name, link);
  }

  #drop(name: string, link: BrokerLink | null): void {
    link?.close().catch((error: unknown) => {
      this.#options.log.warn({ err: error, broker: name }, "A link did not close");
    });
  }

  #entry(row: BrokerRow): Known {
    const text = JSON.stringify(row);
    const known = this.#known.get(row.name);
    return known?.text === text ? known : { text, registration: this.#registration(row), link: null };
  }

  #registration({ credentials, ...row }: BrokerRow): BrokerRegistration {
    return { ...row, ...this.#credentials(row.name, credentials) };
  }

  /** Credentials that do not open leave the connection without any, which the broker refuses. */
  #credentials(name: string, sealed: Buffer | null): Credentials {
    try {
      return openCredentials(this.#options.secretKey, name, sealed);
    } catch (error) {
      this.#options.log.error({ err: error, broker: name }, "A broker's credentials do not open");
      return noCredentials;
    }
  }
}
