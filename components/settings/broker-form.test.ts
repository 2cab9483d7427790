import { expect, test } from "vitest";
import type { BrokerView } from "@/contract/brokers";
import { putBroker } from "@/contract/brokers";
import { toBrokerForm, toSettings } from "./broker-form";

const broker: BrokerView = {
  name: "main",
  kind: "nats",
  url: "tls://nats.example.com:4222",
  credentials: { kind: "password", user: "studio" },
  tls: { ca: "-----BEGIN CERTIFICATE-----" },
  allowPrivateNetwork: true,
  enabled: true,
  services: [],
  health: { state: "connected", since: null, lastError: null, waiting: 0 },
  updatedAt: "2026-01-01T00:00:00.000Z",
};

test("a broker that is only looked at is saved as it is, its credentials too", () => {
  const { kind, url, tls, allowPrivateNetwork, enabled } = broker;
  expect(toSettings(toBrokerForm(broker))).toEqual({ kind, url, tls, allowPrivateNetwork, enabled });
});

test("a new broker is asked for no credentials and no TLS unless somebody says so", () => {
  const settings = toSettings({ ...toBrokerForm(null), url: " nats://nats.example.com " });
  expect(putBroker.parse(settings)).toEqual({
    kind: "nats",
    url: "nats://nats.example.com",
    credentials: null,
    tls: null,
    allowPrivateNetwork: false,
    enabled: true,
  });
});

test.each([
  ["none", null],
  ["password", { user: "studio", password: "p" }],
  ["token", { token: "t" }],
] as const)("signing in with %s says so", (signIn, credentials) => {
  const form = { ...toBrokerForm(broker), signIn, password: "p", token: "t" };
  expect(toSettings(form).credentials).toEqual(credentials);
});

test("TLS without a certificate of its own trusts what the server's machine trusts", () => {
  expect(toSettings({ ...toBrokerForm(broker), ca: " " }).tls).toEqual({ ca: null });
});
