import type { Logger } from "../log";
import type { DeliveryTimes } from "./deliverer";
import type { FindLink } from "./deliveries/sender";
import type { Transport } from "./transports/transport";

export type OrchestratorOptions = {
  readonly databaseUrl: string;
  /** Opens services' signing secrets. */
  readonly secretKey: string;
  readonly log: Logger;
  /** `thread` in a server, `inline` in tests and benchmarks, `none` where other processes work (ROLE=web). */
  readonly worker: "thread" | "inline" | "none";
  /** Ended runs are archived after so many days; never when null or absent. */
  readonly retentionDays?: number | null;
  /** Most runs one worker keeps in memory; 20,000 when absent. */
  readonly capacity?: number;
  /** In place of every registered kind, for an inline worker. */
  readonly transport?: Transport;
  /** In place of the links to registered brokers, for an inline worker. */
  readonly findLink?: FindLink;
  /** When deliveries are tried, for an inline worker. */
  readonly deliveries?: Partial<DeliveryTimes>;
};
