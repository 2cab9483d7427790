import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { isAllowed } from "../orchestrator/transports/address";
import { AddressNotAllowed } from "../orchestrator/transports/connector";

/**
 * The address that a name stands for now, if a broker may be there: connect to this one, not to the name, which may
 * change its mind. Throws `AddressNotAllowed`, or what the look-up threw.
 */
export async function resolveAddress(hostname: string, allowPrivateNetwork: boolean): Promise<string> {
  const host = hostname.replace(/^\[|\]$/g, "");
  const addresses = isIP(host) === 0 ? (await lookup(host, { all: true })).map(({ address }) => address) : [host];
  const allowed = addresses.find((address) => isAllowed(address, allowPrivateNetwork));
  if (allowed !== undefined) return allowed;
  throw new AddressNotAllowed(
    `The address ${addresses[0] ?? host} may not be used${allowPrivateNetwork ? "" : " without allowPrivateNetwork"}`,
  );
}
