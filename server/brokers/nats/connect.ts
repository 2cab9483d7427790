import { isIP } from "node:net";
import { connect, type NatsConnection, type NodeConnectionOptions } from "@nats-io/transport-node";
import type { BrokerRegistration } from "../registration";
import { resolveAddress } from "../resolve-address";

const defaultPort = "4222";
/** A connection that is silently gone is noticed within three of these. */
const pingMs = 5_000;

/** One connection, which is not made again when it ends: whoever asked looks the name up anew, and judges the address. */
export async function connectNats(registration: BrokerRegistration, timeoutMs: number): Promise<NatsConnection> {
  const { url, user, password, token, allowPrivateNetwork } = registration;
  const { hostname, port } = new URL(url);
  const address = await resolveAddress(hostname, allowPrivateNetwork);
  return connect({
    servers: `${isIP(address) === 6 ? `[${address}]` : address}:${port || defaultPort}`,
    name: "saga-studio",
    timeout: timeoutMs,
    reconnect: false,
    // Other addresses of a cluster, which it tells by itself, were judged by nobody.
    ignoreClusterUpdates: true,
    pingInterval: pingMs,
    maxPingOut: 2,
    ...(user === null ? {} : { user, pass: password ?? "" }),
    ...(token === null ? {} : { token }),
    ...tlsOf(registration, hostname),
  });
}

/** None asked for: plain, unless the server insists, and then with a certificate that this machine trusts. */
function tlsOf({ url, tls }: BrokerRegistration, hostname: string): Pick<NodeConnectionOptions, "tls"> {
  if (tls === null && !url.startsWith("tls:")) return {};
  const servername = isIP(hostname.replace(/^\[|\]$/g, "")) === 0 ? { servername: hostname } : {};
  return { tls: { ...servername, ...(tls?.ca ? { ca: tls.ca } : {}) } };
}
