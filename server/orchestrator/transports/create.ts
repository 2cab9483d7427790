import { Brokers } from "../../brokers/brokers";
import type { Logger } from "../../log";
import { createReadPool } from "../connection";
import { BrokerTransport } from "./broker";
import { TransportByKind } from "./by-kind";
import { HttpTransport } from "./http";
import { QueueTransport } from "./queue";
import type { Transport } from "./transport";

/** What transports need of the process: the database by its address, the key that opens secrets, and a log. */
export type TransportsOptions = { readonly url: string; readonly secretKey: string; readonly log: Logger };

/** Every way in which this server reaches a service. */
export function createTransports(options: TransportsOptions): Transport {
  const broker = brokerTransport(options);
  return new TransportByKind({
    http: new HttpTransport(),
    queue: new QueueTransport(options),
    nats: broker,
    amqp: broker,
  });
}

function brokerTransport({ url, secretKey, log }: TransportsOptions): Transport {
  const pool = createReadPool(url, "saga-studio brokers", 1);
  const brokers = new Brokers({ pool, secretKey, log });
  const transport = new BrokerTransport(brokers);
  let closing: Promise<void> | null = null;
  return {
    call: (command, service, signal) => transport.call(command, service, signal),
    // Under two kinds, and closed once.
    close: () => {
      closing ??= transport.close().then(() => pool.end());
      return closing;
    },
  };
}
