import type { BrokerRegistration } from "../registration";

/** A broker on this machine, a NATS server if not said otherwise, without credentials. */
export function registrationOf(url: string, more: Partial<BrokerRegistration> = {}): BrokerRegistration {
  return {
    name: "main",
    kind: "nats",
    url,
    user: null,
    password: null,
    token: null,
    tls: null,
    allowPrivateNetwork: true,
    enabled: true,
    ...more,
  };
}
