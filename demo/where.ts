import type { ServiceTransport } from "@/contract/services";

/** Which services take their commands over what, where there is such a thing; the others are called over HTTP. */
export const pulledServices: ReadonlySet<string> = new Set(["NotificationService"]);
export const natsServices: ReadonlySet<string> = new Set(["ShippingService"]);
export const amqpServices: ReadonlySet<string> = new Set(["SupplierService"]);

type Brokers = { readonly natsUrl: string | null; readonly amqpUrl: string | null };

/** The same for the register: how the shop's services are reached, and over which brokers. */
export function demoPlan({ natsUrl, amqpUrl }: Brokers) {
  const transports = new Map<string, ServiceTransport>();
  for (const name of pulledServices) transports.set(name, { kind: "queue" });
  const brokers: { readonly name: string; readonly kind: "nats" | "amqp"; readonly url: string }[] = [];
  const take = (kind: "nats" | "amqp", url: string | null, services: ReadonlySet<string>) => {
    if (url === null) return;
    brokers.push({ name: `demo-${kind}`, kind, url });
    for (const name of services) transports.set(name, { kind, broker: `demo-${kind}` });
  };
  take("nats", natsUrl, natsServices);
  take("amqp", amqpUrl, amqpServices);
  // It says and hears events, and no definition sends it anything.
  return { transports, brokers, others: ["OrderService"] };
}
