import { Webhook } from "standardwebhooks";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { InvokeCommand } from "@/engine";
import type { ServiceRegistration } from "../services";
import { json, type Participant, startParticipant } from "../testing/participant";
import { HttpTransport } from "./http";

let transport: HttpTransport;
let shop: Participant;

beforeEach(async () => {
  transport = new HttpTransport();
  shop = await startParticipant();
  return async () => {
    await transport.close();
    await shop.stop();
  };
});

const run = "01900000-0000-7000-8000-000000000001";
const command: InvokeCommand = {
  type: "InvokeCommand",
  run,
  saga: "Order",
  step: "pay",
  half: "action",
  attempt: 2,
  generation: 1,
  key: `${run}:pay:1:action`,
  service: "Shop",
  command: "Pay",
  input: { amount: 5, note: "ü" },
  timeoutAt: Date.now() + 60_000,
  http: null,
};

const at = (url: string, allowPrivateNetwork = true) => ({ kind: "http" as const, url, allowPrivateNetwork });

function service(more: Partial<ServiceRegistration> = {}): ServiceRegistration {
  return {
    name: "Shop",
    transport: at(shop.url),
    concurrency: 4,
    timeoutMs: null,
    secret: null,
    ...more,
  };
}

const call = (given: Partial<InvokeCommand> = {}, to = service(), signal = new AbortController().signal) =>
  transport.call({ ...command, ...given }, to, signal);

test("a call carries who it is for, and once only", async () => {
  shop.answer("/Pay", json(200, { payment: 1 }));
  expect(await call()).toEqual({ kind: "success", result: { payment: 1 } });
  expect(shop.calls[0]).toMatchObject({ method: "POST", path: "/Pay", body: JSON.stringify(command.input) });
  expect(shop.calls[0]?.headers).toMatchObject({
    "idempotency-key": command.key,
    "saga-id": run,
    "saga-step": "pay",
    "saga-attempt": "2",
    traceparent: expect.stringMatching(new RegExp(`^00-${run.replaceAll("-", "")}-[0-9a-f]{16}-01$`)),
  });
});

test("a signed call verifies by Standard Webhooks", async () => {
  const secret = Buffer.alloc(32, 7);
  await call({}, service({ secret }));
  const { headers, body } = shop.calls[0] ?? { headers: {}, body: "" };
  const webhook = new Webhook(secret.toString("base64"));
  expect(webhook.verify(body, headers as Record<string, string>)).toEqual(command.input);
  expect(() => webhook.verify(`${body} `, headers as Record<string, string>)).toThrow();
});

test("a mapped call uses its method and path below the service's own", async () => {
  const http = { method: "DELETE", path: "/reservations/by-key/a b?x=ü" };
  await call({ http }, service({ transport: at(`${shop.url}/v2/`) }));
  expect(shop.calls[0]).toMatchObject({ method: "DELETE", path: "/v2/reservations/by-key/a%20b?x=%C3%BC", body: "" });
});

test("a redirect is not followed", async () => {
  shop.answer("/Pay", (_, response) => response.writeHead(302, { location: "/Elsewhere" }).end());
  expect(await call()).toMatchObject({ kind: "unknown", error: { status: 302 } });
  expect(shop.commands()).toEqual(["Pay"]);
});

test("ten megabytes are not read to their end", async () => {
  shop.answer("/Pay", (_, response) => response.end(Buffer.alloc(10_000_000, "1")));
  expect(await call()).toMatchObject({ kind: "unknown", error: { code: "unreadable_reply" } });
});

test("a reply that drips is cut off at the deadline", async () => {
  shop.answer("/Pay", (_, response) => {
    const drip = setInterval(() => response.write(" "), 20);
    response.once("close", () => clearInterval(drip));
  });
  const outcome = await call({}, service(), AbortSignal.timeout(200));
  expect(outcome).toMatchObject({ kind: "unknown", error: { code: "timeout" } });
});

test("a connection lost after sending leaves the effect unknown", async () => {
  shop.answer("/Pay", (_, __, request) => request.socket.destroy());
  expect(await call()).toMatchObject({ kind: "unknown" });
});

test("a refused connection had no effect", async () => {
  const refused = service({ transport: at("http://127.0.0.1:1") });
  expect(await call({}, refused)).toMatchObject({
    kind: "retryable",
    whenSpent: "none",
    error: { code: "econnrefused" },
  });
});

test("a name that does not exist had no effect", async () => {
  const nowhere = service({ transport: at("http://shop.invalid") });
  expect(await call({}, nowhere)).toMatchObject({ kind: "retryable", whenSpent: "none" });
});

test.each([
  ["http://127.0.0.1", false],
  ["http://localhost", false],
  ["http://2130706433", false],
  ["http://[::1]", false],
  ["http://169.254.169.254", true],
  ["http://[::ffff:a9fe:a9fe]", true],
  ["http://0", true],
])("%s is not connected to (private allowed: %s)", async (url, allowPrivateNetwork) => {
  const address = url.startsWith("http://[") || url.includes("//0") ? url : `${url}:${new URL(shop.url).port}`;
  const target = service({ transport: at(address, allowPrivateNetwork) });
  expect(await call({}, target)).toMatchObject({
    kind: "retryable",
    whenSpent: "none",
    error: { code: "address_not_allowed" },
  });
  expect(shop.calls).toEqual([]);
});

test("an address that changed is called at its new place", async () => {
  await call({}, service({ transport: at("http://127.0.0.1:1") }));
  expect(await call({}, service())).toMatchObject({ kind: "success" });
});

afterEach(() => shop.calls.splice(0));
