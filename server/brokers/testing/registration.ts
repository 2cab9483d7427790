import type { BrokerRegistration } from "../registration";

/** A NATS server on this machine, without credentials. */
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
