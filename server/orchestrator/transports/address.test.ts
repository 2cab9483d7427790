import { expect, test } from "vitest";
import { isAllowed } from "./address";

const never = [
  "169.254.169.254",
  "169.254.0.1",
  "0.0.0.0",
  "224.0.0.1",
  "255.255.255.255",
  "100.100.100.200",
  "168.63.129.16",
  "::",
  "fe80::1",
  "fe80::1%eth0",
  "ff02::1",
  "fd00:ec2::254",
  "::ffff:169.254.169.254",
  "::ffff:a9fe:a9fe",
  "64:ff9b::a9fe:a9fe",
  "2002:a9fe:a9fe::1",
  "[::ffff:a9fe:a9fe]",
  "localhost",
  "",
];
const internal = [
  "127.0.0.1",
  "127.1.2.3",
  "10.0.0.1",
  "172.16.0.1",
  "172.31.255.255",
  "192.168.1.1",
  "100.64.0.1",
  "198.18.0.1",
  "::1",
  "[::1]",
  "fc00::1",
  "fd12:3456::1",
  "::ffff:127.0.0.1",
  "::ffff:7f00:1",
  "64:ff9b::7f00:1",
  "64:ff9b:1::7f00:1",
  "::127.0.0.1",
  "2002:7f00:1::",
];
const open = ["1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"];

test.each(never)("%s is never called", (address) => {
  expect(isAllowed(address, true)).toBe(false);
  expect(isAllowed(address, false)).toBe(false);
});

test.each(internal)("%s is called only where the registration allows it", (address) => {
  expect(isAllowed(address, true)).toBe(true);
  expect(isAllowed(address, false)).toBe(false);
});

test.each(open)("%s is called", (address) => {
  expect(isAllowed(address, false)).toBe(true);
});
