import { expect, test } from "vitest";
import type { BrokerView } from "@/contract/brokers";
import type { ServiceTransport, ServiceView } from "@/contract/services";
import { brokerOptions, claimCommand, toForm, toRequest } from "./service-form";

const serviceWith = (transport: ServiceTransport): ServiceView => ({
  ...{ name: "PackService", transport, concurrency: 8, timeout: "PT30S", signed: true, commands: [] },
  ...{ health: null, queue: null, updatedAt: "2026-11-25T10:00:00Z" },
});

test.each<ServiceTransport>([
  { kind: "http", url: "https://pack.example.com", allowPrivateNetwork: true },
  { kind: "queue" },
  { kind: "nats", broker: "main" },
  { kind: "amqp", broker: "rabbit" },
])("a service reached by $kind is saved as it was read", (transport) => {
  const service = serviceWith(transport);
  expect(toRequest(toForm(service))).toEqual({ transport, concurrency: 8, timeout: "PT30S" });
});

test("what was typed for another kind is not sent", () => {
  const typed = { ...toForm(null), name: "PackService", url: " https://pack.example.com ", broker: "main " };
  expect(toRequest({ ...typed, kind: "queue" })).toEqual({ transport: { kind: "queue" } });
  expect(toRequest({ ...typed, kind: "nats" }).transport).toEqual({ kind: "nats", broker: "main" });
  expect(toRequest(typed).transport).toMatchObject({ kind: "http", url: "https://pack.example.com" });
});

test("the command to copy names the service and this server", () => {
  expect(claimCommand("https://saga.example.com", "PackService")).toContain(
    "https://saga.example.com/api/v1/queues/PackService/claim",
  );
});

test("a service may be reached over the brokers of its own kind, and one that is switched off says so", () => {
  const broker = (name: string, kind: "nats" | "amqp", enabled = true): BrokerView => ({
    ...{ name, kind, enabled, url: "nats://broker.example.com", credentials: { kind: "none" }, tls: null },
    ...{ allowPrivateNetwork: false, services: [], updatedAt: "2026-11-25T10:00:00Z" },
    health: { state: "connected", since: null, lastError: null, waiting: 0 },
  });
  const brokers = [broker("main", "nats"), broker("rabbit", "amqp"), broker("spare", "nats", false)];
  expect(brokerOptions(brokers, "nats")).toEqual([
    { value: "main", label: "main" },
    { value: "spare", label: "spare", hint: "switched off" },
  ]);
  expect(brokerOptions(brokers, "http")).toEqual([]);
});
