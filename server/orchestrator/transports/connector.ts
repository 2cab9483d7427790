import { lookup as dnsLookup, type LookupAddress } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import { buildConnector } from "undici";
import { isAllowed } from "./address";

/** The address that a name stands for, or that was written, may not be called. Nothing was sent. */
export class AddressNotAllowed extends Error {
  readonly code = "address_not_allowed";
}

const connectMs = 10_000;

/**
 * Connects to allowed addresses only. The check is of the address actually connected to, so neither another spelling
 * nor a name that changes its mind gets past it.
 */
export function guardedConnector(allowPrivateNetwork: boolean): buildConnector.connector {
  const refuse = (address: string) =>
    new AddressNotAllowed(
      `The address ${address} may not be called${allowPrivateNetwork ? "" : " without allowPrivateNetwork"}`,
    );
  const lookup: LookupFunction = (hostname, options, callback) => {
    dnsLookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      if (error) return callback(error, "", 0);
      const allowed = addresses.filter(({ address }) => isAllowed(address, allowPrivateNetwork));
      const [first] = allowed;
      if (!first) return callback(refuse(addresses[0]?.address ?? hostname), "", 0);
      if (options.all) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
  };
  const connect = buildConnector({ timeout: connectMs, lookup, keepAlive: true });
  return (options, callback) => {
    const host = options.hostname.replace(/^\[|\]$/g, "");
    // A written address is never looked up.
    if (isIP(host) !== 0 && !isAllowed(host, allowPrivateNetwork)) return callback(refuse(host), null);
    connect(options, callback);
  };
}
