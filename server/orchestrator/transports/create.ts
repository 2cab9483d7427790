import type { Logger } from "../../log";
import { TransportByKind } from "./by-kind";
import { HttpTransport } from "./http";
import { QueueTransport } from "./queue";
import type { Transport } from "./transport";

/** What transports need of the process: the database by its address, the key that opens secrets, and a log. */
export type TransportsOptions = { readonly url: string; readonly secretKey: string; readonly log: Logger };

/** Every way in which this server reaches a service. */
export function createTransports(options: TransportsOptions): Transport {
  return new TransportByKind({ http: new HttpTransport(), queue: new QueueTransport(options) });
}
