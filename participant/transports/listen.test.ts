import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { later, memoryStore, type Participant, participant, Refused, type Running, TryLater } from "../index";

const secret = `whsec_${Buffer.alloc(32, 1).toString("base64")}`;
const oldSecret = `whsec_${Buffer.alloc(32, 2).toString("base64")}`;
const stranger = `whsec_${Buffer.alloc(32, 3).toString("base64")}`;
const errors: unknown[] = [];
let heard: unknown[] = [];
let shop: Participant<null>;
let running: Running & { readonly url: string };
let open: Running & { readonly url: string };

const build = (secrets?: readonly string[]) =>
  participant("Shop", {
    store: memoryStore(),
    onError: (error) => errors.push(error),
    ...(secrets ? { secret: secrets } : {}),
  })
    .use(async ({ command }, next) => (command === "Hush" ? { kind: "unheard" } : next()))
    .handle("Pay", { do: ({ input, step, item, attempt }) => ({ input, step, item, attempt }) })
    .handle("Later", { do: () => later() })
    .handle("Nothing", { do: () => undefined })
    .handle("Refuse", {
      do: () => {
        throw new Refused("card_declined", "Card declined", { detail: "Ask the bank" });
      },
    })
    .handle("Busy", {
      do: () => {
        throw new TryLater("Closed", { afterMs: 1500 });
      },
    })
    .handle("Break", {
      do: () => {
        throw new Error("A secret detail");
      },
    })
    .handle("Hush", { do: () => null })
    .on("OrderCreated", (event) => void heard.push(event.data));

beforeAll(async () => {
  shop = build([secret, oldSecret]);
  running = await shop.listen({ port: 0 });
  open = await build().listen({ port: 0 });
});
afterAll(() => Promise.all([running.stop(), open.stop()]));
beforeEach(() => {
  errors.splice(0);
  heard = [];
});

type Options = { by?: string | null; at?: Date; id?: string; key?: string; body?: string; to?: string; more?: object };
const key = "run-1:pay:2:1:action";

async function call(command: string, options: Options = {}) {
  const { by = secret, at = new Date(), body = '{"amount":5}', to = running.url } = options;
  const { key: told = key, id = told } = options;
  const headers: Record<string, string> = {
    ...{ "content-type": "application/json", "idempotency-key": told, "saga-id": "run-1", "saga-step": "pay" },
    "saga-attempt": "3",
    ...options.more,
  };
  if (by !== null)
    Object.assign(headers, {
      "webhook-id": id,
      "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
      "webhook-signature": new Webhook(by).sign(id, at, body),
    });
  const answer = await fetch(`${to}/shop/${command}`, { method: "POST", headers, body });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, body: text === "" ? null : JSON.parse(text) };
}

test("a signed call is answered, and the handler knows who asks", async () => {
  expect(await call("Pay")).toMatchObject({
    status: 200,
    body: { input: { amount: 5 }, step: "pay", item: 2, attempt: 3 },
  });
  expect(await call("Pay", { by: oldSecret })).toMatchObject({ status: 200 });
});

const minutes = (count: number) => new Date(Date.now() + count * 60_000);

test.each([
  ["without a signature", { by: null }],
  ["signed by a stranger", { by: stranger }],
  ["that is six minutes old", { at: minutes(-6) }],
  ["from the future", { at: minutes(6) }],
  ["whose key is not the one that was signed", { id: "run-1:pay:1:action" }],
])("a call %s is refused, and nothing is done", async (_, options) => {
  expect(await call("Break", options)).toMatchObject({ status: 401, body: { type: "unsigned" } });
  expect(errors).toEqual([]);
});

test("a body that was changed on its way is refused", async () => {
  const at = new Date();
  const headers = {
    ...{ "idempotency-key": key, "webhook-id": key, "webhook-timestamp": String(Math.floor(at.getTime() / 1000)) },
    "webhook-signature": new Webhook(secret).sign(key, at, '{"amount":5}'),
  };
  const answer = await fetch(`${running.url}/Pay`, { method: "POST", headers, body: '{"amount":500}' });
  expect(answer.status).toBe(401);
});

test("without a secret of ours nobody needs to sign", async () => {
  expect(await call("Pay", { by: null, to: open.url })).toMatchObject({ status: 200 });
});

test.each([
  ["Nothing", 200, null],
  ["Later", 202, null],
  ["Refuse", 422, { type: "card_declined", title: "Card declined", status: 422, detail: "Ask the bank" }],
  ["Busy", 425, { type: "try_later", title: "Closed" }],
  ["Unknown", 404, { type: "not_found" }],
])("%s is answered with %i", async (command, status, body) => {
  const answer = await call(command, { key: `run-1:${command}:1:action` });
  expect(answer.status).toBe(status);
  if (body === null) expect(answer.body).toBeNull();
  else expect(answer.body).toMatchObject(body);
  if (status > 300) expect(answer.headers.get("content-type")).toBe("application/problem+json");
  if (status === 425) expect(answer.headers.get("retry-after")).toBe("2");
});

test("what broke is a 500 that tells nothing of the inside, and is told to the owner", async () => {
  const answer = await call("Break", { key: "run-1:break:1:action" });
  expect(answer).toMatchObject({ status: 500, body: { type: "failed" } });
  expect(JSON.stringify(answer.body)).not.toContain("secret detail");
  expect(errors.map(String)).toEqual(["Error: A secret detail"]);
});

test.each([
  ["no key", "", "{}", "missing_key"],
  ["a key of 256 characters", "k".repeat(256), "{}", "missing_key"],
  ["HTML", "k", "<html>", "not_json"],
  ["an array", "k", "[]", "not_json"],
])("a call with %s is no call", async (_, told, body, type) => {
  expect(await call("Pay", { key: told, body, by: null, to: open.url })).toMatchObject({ status: 400, body: { type } });
});

test("a body over 1 MB is not read to its end, and only POST is answered", async () => {
  const big = fetch(`${open.url}/Pay`, { method: "POST", body: "x".repeat(2_000_000) }).then(({ status }) => status);
  expect(await big).toBe(413);
  expect((await fetch(`${open.url}/Pay`)).status).toBe(405);
});

test("an event is reacted to once", async () => {
  const event = {
    specversion: "1.0",
    id: "e-1",
    source: "OrderService",
    type: "OrderCreated",
    data: { order_id: "o" },
  };
  const send = (body: object) => call("events", { body: JSON.stringify(body) });
  expect(await send(event)).toMatchObject({ status: 204 });
  expect(await send(event)).toMatchObject({ status: 204 });
  expect(await send({ ...event, specversion: "0.3" })).toMatchObject({ status: 400, body: { type: "no_event" } });
  expect(heard).toEqual([{ order_id: "o" }]);
});

test("an event in binary mode is taken where nothing is signed, and nowhere else", async () => {
  const said = { "ce-specversion": "1.0", "ce-id": "e-2", "ce-source": "OrderService", "ce-type": "OrderCreated" };
  expect(await call("events", { body: '{"order_id":"b"}', more: said })).toMatchObject({
    ...{ status: 400, body: { type: "signed_in_binary_mode" } },
  });
  expect(heard).toEqual([]);
  const sent = { body: '{"order_id":"b"}', by: null, to: open.url, more: said };
  expect(await call("events", sent)).toMatchObject({ status: 204 });
  expect(heard).toEqual([{ order_id: "b" }]);
});

test("an answer that is to be lost leaves the caller waiting", async () => {
  const headers = { "idempotency-key": "run-1:hush:1:action" };
  const signal = AbortSignal.timeout(300);
  await expect(fetch(`${open.url}/Hush`, { method: "POST", headers, body: "{}", signal })).rejects.toThrow("timeout");
});
