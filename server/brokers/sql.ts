import type pg from "pg";
import type { BrokerKind, BrokerRegistration } from "./registration";

export type BrokerRow = Pick<BrokerRegistration, "name" | "url" | "tls" | "allowPrivateNetwork" | "enabled"> & {
  readonly kind: BrokerKind;
  /** Sealed. */
  readonly credentials: Buffer | null;
};

export async function readBrokers(pool: pg.Pool): Promise<readonly BrokerRow[]> {
  const { rows } = await pool.query<BrokerRow>({
    name: "read_brokers",
    text: `select b.name, b.kind, b.url, b.credentials, b.tls, b.allow_private_network as "allowPrivateNetwork", b.enabled
           from broker b`,
  });
  return rows;
}
