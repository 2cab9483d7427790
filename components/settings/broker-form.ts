import type { z } from "zod";
import type { BrokerKind, BrokerView, putBroker } from "@/contract/brokers";

/** What people fill in; `keep`: the credentials stay as they are. */
export type BrokerForm = {
  name: string;
  kind: BrokerKind;
  url: string;
  signIn: "keep" | "none" | "password" | "token";
  user: string;
  password: string;
  token: string;
  tls: boolean;
  ca: string;
  allowPrivateNetwork: boolean;
  enabled: boolean;
};

export const brokerKinds = {
  nats: {
    label: "NATS",
    placeholder: "nats://nats.example.com:4222",
    url: /^(nats|tls):\/\/\S+$/,
    start: "nats:// or tls://",
  },
  amqp: {
    label: "RabbitMQ",
    placeholder: "amqps://rabbit.example.com",
    url: /^amqps?:\/\/\S+$/,
    start: "amqp:// or amqps://",
  },
} as const satisfies Record<BrokerKind, object>;

/** Secrets never come back, so their fields begin empty. */
export function toBrokerForm(broker: BrokerView | null): BrokerForm {
  return {
    name: broker?.name ?? "",
    kind: broker?.kind ?? "nats",
    url: broker?.url ?? "",
    signIn: broker && broker.credentials.kind !== "none" ? "keep" : "none",
    user: broker?.credentials.kind === "password" ? broker.credentials.user : "",
    password: "",
    token: "",
    tls: broker !== null && broker.tls !== null,
    ca: broker?.tls?.ca ?? "",
    allowPrivateNetwork: broker?.allowPrivateNetwork ?? false,
    enabled: broker?.enabled ?? true,
  };
}

/** The request that says what the form says. */
export function toSettings(form: BrokerForm): z.input<typeof putBroker> {
  const { kind, url, tls, ca, allowPrivateNetwork, enabled } = form;
  return {
    kind,
    url: url.trim(),
    ...credentialsOf(form),
    tls: tls ? { ca: ca.trim() === "" ? null : ca } : null,
    allowPrivateNetwork,
    enabled,
  };
}

function credentialsOf({ signIn, user, password, token }: BrokerForm): Pick<z.input<typeof putBroker>, "credentials"> {
  switch (signIn) {
    case "keep":
      return {};
    case "none":
      return { credentials: null };
    case "password":
      return { credentials: { user, password } };
    case "token":
      return { credentials: { token } };
  }
}
