import { checkAmqp } from "./amqp/check";
import { AmqpLink } from "./amqp/link";
import type { BrokerLink } from "./link";
import { checkNats } from "./nats/check";
import { NatsLink } from "./nats/link";
import type { BrokerKind, BrokerRegistration, LinkOptions, Trouble } from "./registration";

type Kind = {
  readonly open: (registration: BrokerRegistration, options: LinkOptions) => BrokerLink;
  /** Tries to connect, and makes nothing at the broker. */
  readonly check: (registration: BrokerRegistration, timeoutMs: number) => Promise<Trouble | null>;
};

/** The kinds of broker that this server speaks to. */
export const kinds: { readonly [K in BrokerKind]?: Kind } = {
  nats: { open: (registration, options) => new NatsLink(registration, options), check: checkNats },
  amqp: { open: (registration, options) => new AmqpLink(registration, options), check: checkAmqp },
};
