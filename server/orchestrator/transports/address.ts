import { BlockList, isIP } from "node:net";

/** Never: metadata services, link-local, unspecified, multicast, broadcast, reserved. */
const forbidden = new BlockList();
/** Only where the registration allows private networks. */
const internal = new BlockList();

const forbidden4 = [
  "0.0.0.0/8",
  "169.254.0.0/16",
  "192.0.0.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
  "168.63.129.16/32",
  "100.100.100.200/32",
];
const forbidden6 = ["::/128", "fe80::/10", "ff00::/8", "fd00:ec2::254/128", "100::/64"];
const internal4 = [
  "127.0.0.0/8",
  "10.0.0.0/8",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "100.64.0.0/10",
  "198.18.0.0/15",
  "192.0.2.0/24",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "192.88.99.0/24",
];
const internal6 = ["::1/128", "fc00::/7", "fec0::/10", "2001:db8::/32"];

const add = (list: BlockList, subnets: readonly string[], family: "ipv4" | "ipv6") => {
  for (const subnet of subnets) {
    const [net, prefix] = subnet.split("/");
    list.addSubnet(net ?? "", Number(prefix), family);
  }
};
add(forbidden, forbidden4, "ipv4");
add(forbidden, forbidden6, "ipv6");
add(internal, internal4, "ipv4");
add(internal, internal6, "ipv6");

/** Whether a call may go to an IP address. An IPv4 address inside an IPv6 one is judged as what it is. */
export function isAllowed(address: string, allowPrivateNetwork: boolean): boolean {
  const plain = address.replace(/^\[|\]$/g, "").replace(/%.*$/, "");
  if (isIP(plain) === 4) return isAllowed4(plain, allowPrivateNetwork);
  if (isIP(plain) !== 6) return false;
  const embedded = embedded4(plain);
  if (embedded !== null) return isAllowed4(embedded, allowPrivateNetwork);
  if (forbidden.check(plain, "ipv6")) return false;
  return allowPrivateNetwork || !internal.check(plain, "ipv6");
}

function isAllowed4(address: string, allowPrivateNetwork: boolean): boolean {
  if (forbidden.check(address, "ipv4")) return false;
  return allowPrivateNetwork || !internal.check(address, "ipv4");
}

/** IPv4-mapped, IPv4-compatible, NAT64, 6to4: the IPv4 address that is really meant; null when there is none. */
function embedded4(address: string): string | null {
  const groups = expand(address);
  const at = (index: number) => groups[index] ?? 0;
  const startsWith = (...wanted: number[]) => wanted.every((group, index) => at(index) === group);
  const last = toDotted(at(6), at(7));
  if (startsWith(0, 0, 0, 0, 0, 0xffff) || startsWith(0, 0, 0, 0, 0xffff, 0)) return last;
  if (startsWith(0x64, 0xff9b, 0, 0, 0, 0) || startsWith(0x64, 0xff9b, 1)) return last;
  if (startsWith(0x2002)) return toDotted(at(1), at(2));
  if (startsWith(0, 0, 0, 0, 0, 0) && (at(6) !== 0 || at(7) > 1)) return last;
  return null;
}

function expand(address: string): readonly number[] {
  const [head = "", tail] = address.split("::");
  const before = toGroups(head);
  if (tail === undefined) return before;
  const after = toGroups(tail);
  return [...before, ...new Array<number>(Math.max(0, 8 - before.length - after.length)).fill(0), ...after];
}

function toGroups(part: string): number[] {
  if (part === "") return [];
  return part.split(":").flatMap((group) => {
    if (!group.includes(".")) return [Number.parseInt(group, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = group.split(".").map(Number);
    return [a * 256 + b, c * 256 + d];
  });
}

function toDotted(high: number, low: number): string {
  return [high >> 8, high & 255, low >> 8, low & 255].join(".");
}
