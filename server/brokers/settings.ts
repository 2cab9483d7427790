import type { PutBroker } from "@/contract/brokers";
import { Invalid } from "../errors";
import type { Broker } from "../generated/prisma/client";
import { type Credentials, noCredentials, openCredentials, sealCredentials } from "./credentials";
import type { BrokerRegistration } from "./registration";

const protocols = { nats: ["nats:", "tls:"], amqp: ["amqp:", "amqps:"] } as const;

/** Throws 422 for an address that is none of its kind. `path`: where in the body the settings stand. */
export function checkSettings({ kind, url: text, tls }: PutBroker, path: string): void {
  const at = { path: `${path}/url` };
  const url = URL.canParse(text) ? new URL(text) : null;
  const known: readonly string[] = protocols[kind];
  if (!url || url.hostname === "" || !known.includes(url.protocol))
    throw new Invalid(
      "invalid_url",
      `Expected ${known.join("// or ")}// with a host, and a port if it is not the usual.`,
      at,
    );
  if (url.username || url.password)
    throw new Invalid("url_credentials", "Leave user and password out of the address.", at);
  if (url.hash || url.search) throw new Invalid("url_query", "A broker's address has no query and no fragment.", at);
  if (kind === "nats" && url.pathname.length > 1)
    throw new Invalid("url_path", "The address of a NATS server has no path.", at);
  if (tls?.ca && !tls.ca.includes("-----BEGIN CERTIFICATE-----"))
    throw new Invalid("invalid_certificate", "Expected certificates in PEM.", { path: `${path}/tls/ca` });
}

type Kept = {
  readonly name: string;
  readonly known: Broker | null;
  readonly wanted: PutBroker;
  readonly path: string;
};

/** Credentials sealed as they are to be kept; null: none. */
export function credentialsFor(secretKey: string, kept: Kept): Uint8Array<ArrayBuffer> | null {
  const { name, known, wanted } = kept;
  if (wanted.credentials !== undefined) return sealCredentials(secretKey, name, given(wanted));
  refuseElsewhere(kept);
  return known?.credentials ?? null;
}

/** What a link is opened with. */
export function toRegistration(secretKey: string, kept: Kept): BrokerRegistration {
  const { name, known, wanted } = kept;
  const { kind, url, tls, allowPrivateNetwork, enabled } = wanted;
  if (wanted.credentials === undefined) refuseElsewhere(kept);
  const credentials =
    wanted.credentials === undefined ? openCredentials(secretKey, name, known?.credentials ?? null) : given(wanted);
  return { name, kind, url, tls, allowPrivateNetwork, enabled, ...credentials };
}

/** Secrets that nobody may read are sent nowhere but where they were given for. */
function refuseElsewhere({ known, wanted, path }: Kept): void {
  if (!known?.credentials || (known.url === wanted.url && !isInClearNow(known, wanted))) return;
  const detail = "The address is another one, or no longer TLS: give the credentials again, or none with null.";
  throw new Invalid("credentials_required", detail, { path: `${path}/credentials` });
}

/** The same address, which was spoken to by TLS only because the registration asked for it. */
function isInClearNow(known: Broker, { url, tls }: PutBroker): boolean {
  return known.tls !== null && tls === null && !/^(tls|amqps):/.test(url);
}

function given({ credentials }: PutBroker): Credentials {
  return { ...noCredentials, ...credentials };
}
