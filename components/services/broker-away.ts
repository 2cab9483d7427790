import type { BrokerView } from "@/contract/brokers";
import type { ServiceView } from "@/contract/services";

type Broker = { readonly name: string; readonly health: Pick<BrokerView["health"], "state"> };

/** The broker by which a service is reached, while that cannot be; null: it can, or there is none between. */
export function brokerAway({ transport }: Pick<ServiceView, "transport">, brokers: readonly Broker[]): string | null {
  if (!("broker" in transport)) return null;
  const state = brokers.find(({ name }) => name === transport.broker)?.health.state;
  return state === "down" || state === "off" ? transport.broker : null;
}
