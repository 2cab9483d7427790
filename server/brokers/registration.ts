import type { Logger } from "../log";

export type BrokerKind = "nats" | "amqp";

/** A broker as a link needs to know it: opened credentials, and what its certificate is checked against. */
export type BrokerRegistration = {
  readonly name: string;
  readonly kind: BrokerKind;
  /** `nats://`, `tls://`, `amqp://` or `amqps://`, without credentials. */
  readonly url: string;
  readonly user: string | null;
  readonly password: string | null;
  readonly token: string | null;
  /** Null: TLS only where the address asks for it, against the authorities that this machine trusts. `ca`: PEM. */
  readonly tls: { readonly ca: string | null } | null;
  readonly allowPrivateNetwork: boolean;
  readonly enabled: boolean;
};

/** `onTrouble`: told once each time that the link goes down or cannot be made, with one sentence for people. */
export type LinkOptions = {
  readonly log: Logger;
  readonly onTrouble?: (message: string) => void;
};

/** Why a broker cannot be used: a stable code, and one sentence for people. */
export type Trouble = { readonly code: string; readonly message: string };
