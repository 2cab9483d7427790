import { Brokers } from "../../brokers/brokers";
import type { Logger } from "../../log";
import { createReadPool } from "../connection";
import type { FindLink } from "../deliveries/sender";
import { BrokerTransport } from "./broker";
import { TransportByKind } from "./by-kind";
import { HttpTransport } from "./http";
import { QueueTransport } from "./queue";
import type { Transport } from "./transport";

/** What it takes of the process: the database by its address, the key that opens secrets, and a log. */
export type OutsideOptions = { readonly url: string; readonly secretKey: string; readonly log: Logger };

/** What a worker reaches others by. `close`: after the transport's own. */
export type Outside = {
  readonly transport: Transport;
  readonly findLink: FindLink;
  readonly close: () => Promise<void>;
};

/** Every way in which this server reaches a service, and the links to brokers, one for each. */
export function createOutside(options: OutsideOptions): Outside {
  const { url, secretKey, log } = options;
  const pool = createReadPool(url, "saga-studio brokers", 1);
  const brokers = new Brokers({ pool, secretKey, log });
  const broker = new BrokerTransport(brokers);
  const queue = new QueueTransport(options);
  return {
    transport: new TransportByKind({ http: new HttpTransport(), queue, nats: broker, amqp: broker }),
    findLink: (name) => brokers.find(name),
    close: async () => {
      await brokers.close();
      await pool.end();
    },
  };
}
