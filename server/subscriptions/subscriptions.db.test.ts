import { Webhook } from "standardwebhooks";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { deliveryPage, subscriptionPage, subscriptionSaved, subscriptionTested } from "@/contract/subscriptions";
import { purgeAll, sweepAll } from "../orchestrator/delivery-purger";
import { type Receiver, startReceiver } from "../orchestrator/testing/receiver";
import { open, subscriptionSecretContext } from "../secrets";
import { startTestApi, type TestApi } from "../testing/api";
import { orderSaga } from "../testing/definitions";
import { createScriptedTransport } from "../testing/scripted-transport";
import { publish } from "../testing/with-sagas";

let api: TestApi;
let receiver: Receiver;

beforeAll(async () => {
  api = await startTestApi({ transport: createScriptedTransport() });
  await publish(api, orderSaga());
});
afterAll(() => api.stop());

beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(async () => {
  await api.db.pool.query("delete from subscription");
  await receiver.stop();
});

const hook = (more: object = {}) => ({ kind: "webhook", url: receiver.url, allowPrivateNetwork: true, ...more });
const post = (body: object) => api.call("admin", "POST", "/subscriptions", { body });

async function make(more: object = {}) {
  const { status, body } = await post({ name: "CRM", target: hook(), ...more });
  expect(status).toBe(201);
  return subscriptionSaved.parse(body);
}

let orders = 0;

/** Starts runs until one of them is told: other processes hear of a subscription within two seconds. */
async function untilTold(): Promise<void> {
  await expect
    .poll(async () => {
      orders += 1;
      await api.call("operator", "POST", "/sagas/Order/runs", { body: { data: { order_id: `s${orders}` } } });
      return receiver.received.length;
    })
    .toBeGreaterThan(0);
}

const deliveriesOf = async (id: string, query = "") =>
  deliveryPage.parse((await api.call("viewer", "GET", `/subscriptions/${id}/deliveries${query}`)).body).items;

test("a subscription answers its secret once, keeps it sealed, and nobody reads it again", async () => {
  const { secret = "", ...view } = await make({ sagas: ["NoSuchSagaYet"], transitions: true });
  expect(secret).toMatch(/^whsec_/);
  expect(view).toMatchObject({ enabled: true, signed: true, recent: { delivered: 0, failed: 0, pending: 0 } });
  const listed = await api.call("admin", "GET", "/subscriptions");
  expect(subscriptionPage.parse(listed.body).items).toEqual([view]);
  const { rows } = await api.db.pool.query("select secret from subscription");
  expect(open(api.deps.env.secretKey, subscriptionSecretContext(view.id), rows[0].secret)).toBe(secret);
  const audit = JSON.stringify((await api.db.pool.query("select * from audit_entry")).rows);
  expect(audit).toContain("subscription.create");
  expect(audit + JSON.stringify(listed.body)).not.toContain("whsec_");
});

test("what stands behind the host of an address is for admins", async () => {
  const { id } = await make();
  const seen = await api.call("designer", "GET", `/subscriptions/${id}`);
  expect(seen.body.target.url).toBe(`${new URL(receiver.url).origin}/…`);
  expect((await api.call("admin", "GET", `/subscriptions/${id}`)).body.target.url).toBe(receiver.url);
});

describe("refused", () => {
  test.each<readonly [string, string, object]>([
    ["address_not_allowed", "/target/url", { target: { kind: "webhook", url: "http://127.0.0.1:1/" } }],
    ["address_not_allowed", "/target/url", { target: { kind: "webhook", url: "http://[::ffff:10.0.0.1]/" } }],
    ["address_not_allowed", "/target/url", { target: { kind: "webhook", url: "http://2130706433/" } }],
    [
      "address_not_allowed",
      "/target/url",
      { target: { kind: "webhook", url: "http://169.254.169.254/", allowPrivateNetwork: true } },
    ],
    ["url_credentials", "/target/url", { target: { kind: "webhook", url: "https://ada:secret@example.com/" } }],
    ["url_fragment", "/target/url", { target: { kind: "webhook", url: "https://example.com/#a" } }],
    ["unknown_broker", "/target/broker", { target: { kind: "broker", broker: "other" } }],
    ["invalid_request", "/target/url", { target: { kind: "webhook", url: "ftp://example.com/" } }],
    ["invalid_request", "/target/url", { target: { kind: "webhook", url: "file:///etc/passwd" } }],
    ["invalid_request", "/target/kind", { target: { kind: "carrier-pigeon" } }],
    ["unknown_field", "/target/headers", { target: { kind: "webhook", url: "https://example.com/", headers: {} } }],
    ["unknown_field", "/secret", { secret: "whsec_mine" }],
    ["invalid_request", "/name", { name: "  " }],
    ["invalid_request", "/sagas", { sagas: Array.from({ length: 101 }, (_, n) => `S${n}`) }],
    ["invalid_request", "/types/0", { types: [""] }],
  ])("%s at %s: %o", async (code, path, more) => {
    const { status, body } = await post({
      name: "Wrong",
      target: { kind: "webhook", url: "https://example.com/" },
      ...more,
    });
    expect([400, 422]).toContain(status);
    expect([body.code, body.path]).toEqual([code, path]);
    expect((await api.db.pool.query("select 1 from subscription")).rowCount).toBe(0);
  });

  test("a name that is taken, also in a change, and an id that is none", async () => {
    await make();
    const other = await make({ name: "Other" });
    expect((await post({ name: "CRM", target: hook() })).body).toMatchObject({ status: 409, code: "name_taken" });
    const renamed = await api.call("admin", "PATCH", `/subscriptions/${other.id}`, { body: { name: "CRM" } });
    expect(renamed.body.code).toBe("name_taken");
    expect((await api.call("viewer", "GET", "/subscriptions/x")).status).toBe(404);
    expect((await api.call("admin", "POST", "/deliveries/x/redeliver")).status).toBe(404);
  });

  test("one more than there may be", async () => {
    await api.db.pool.query(
      'insert into subscription (id, name, target, created_by, enabled) select gen_random_uuid(), \'s\' || i, \'{"kind":"broker","broker":"main"}\', \'test\', false from generate_series(1, 50) i',
    );
    expect((await post({ name: "CRM", target: hook() })).body.code).toBe("too_many_subscriptions");
  });
});

test("an end of a run reaches the webhook, and is seen in its deliveries", async () => {
  const { id, secret = "" } = await make({ sagas: ["Order"] });
  await untilTold();
  await expect.poll(async () => (await deliveriesOf(id, "?status=delivered")).length).toBeGreaterThan(0);
  const [last] = await deliveriesOf(id, "?limit=1&status=delivered");
  expect(last).toMatchObject({
    attempts: 1,
    lastStatus: 200,
    log: [{ status: 200 }],
    event: { type: "OrderCompleted" },
  });
  const [{ headers, body } = { headers: {}, body: "" }] = receiver.received;
  expect(new Webhook(secret).verify(body, headers as Record<string, string>)).toMatchObject({ type: "OrderCompleted" });
  const { body: view } = await api.call("viewer", "GET", `/subscriptions/${id}`);
  expect(view.recent.delivered).toBeGreaterThan(0);
});

test("a test says what came back, signed with the secret of now, and is no delivery", async () => {
  const { id, secret: first } = await make();
  const { body: rotated } = await api.call("admin", "POST", `/subscriptions/${id}/secret`);
  expect(rotated.secret).toMatch(/^whsec_/);
  expect(rotated.secret).not.toBe(first);
  const test = async () =>
    subscriptionTested.parse((await api.call("admin", "POST", `/subscriptions/${id}/test`)).body);
  expect(await test()).toMatchObject({ ok: true, event: { type: "saga.studio.test" }, attempt: { status: 200 } });
  const [{ headers, body } = { headers: {}, body: "" }] = receiver.received;
  expect(() => new Webhook(rotated.secret).verify(body, headers as Record<string, string>)).not.toThrow();
  receiver.answer((_, response) => response.writeHead(500).end("<h1>Broken</h1>\n".repeat(10_000)));
  const { ok, attempt } = await test();
  expect({ ok, ...attempt }).toMatchObject({
    ok: false,
    status: 500,
    error: expect.stringMatching(/^Answered 500: <h1>Bro/),
  });
  expect(attempt.error?.length).toBeLessThan(600);
  expect(await deliveriesOf(id)).toEqual([]);
});

test("switched off it is told nothing; what waited is marked, and can be sent when it is on again", async () => {
  const { id } = await make();
  receiver.answer((_, response) => response.writeHead(500).end());
  await untilTold();
  const off = await api.call("admin", "PATCH", `/subscriptions/${id}`, { body: { enabled: false } });
  expect(off.body).toMatchObject({ enabled: false, disabledReason: expect.stringContaining("Switched off by") });
  const client = await api.db.pool.connect();
  try {
    await sweepAll(client as never, async () => true);
  } finally {
    client.release();
  }
  const [waiting] = await deliveriesOf(id, "?status=disabled");
  expect(waiting).toBeDefined();
  const again = () => api.call("admin", "POST", `/deliveries/${waiting?.id}/redeliver`);
  expect((await again()).body).toMatchObject({ status: 409, code: "subscription_disabled" });
  const on = await api.call("admin", "PATCH", `/subscriptions/${id}`, { body: { enabled: true } });
  expect(on.body).toMatchObject({ enabled: true, disabledReason: null, failingSince: null });
  receiver.answer((_, response) => response.writeHead(204).end());
  expect((await again()).body).toMatchObject({ status: "pending", attempts: 0 });
  await expect.poll(async () => (await deliveriesOf(id, "?status=delivered")).map((d) => d.id)).toContain(waiting?.id);
  const { id: event } = (waiting?.event ?? {}) as { readonly id?: string };
  expect(receiver.received.filter((each) => each.event.id === event).length).toBeGreaterThan(1);
});

test("deliveries page from the newest to the oldest, and are forgotten after seven days unless they still wait", async () => {
  const { id } = await make({ sagas: ["Nothing"] });
  await api.db.pool.query(
    `insert into delivery (id, subscription, run, seq, event, status, next_at)
     select ('01900000-0000-7000-a000-00000000000' || i)::uuid, $1, gen_random_uuid(), i, '{}',
            case when i = 3 then 'pending' else 'failed' end, now() + interval '1 h'
     from generate_series(1, 5) i`,
    [id],
  );
  const first = await api.call("viewer", "GET", `/subscriptions/${id}/deliveries?limit=2`);
  const rest = await api.call("viewer", "GET", `/subscriptions/${id}/deliveries?limit=9&cursor=${first.body.next}`);
  const seqs = [...first.body.items, ...rest.body.items].map(({ seq }: { seq: number }) => seq);
  expect(seqs).toEqual([5, 4, 3, 2, 1]);
  const client = await api.db.pool.connect();
  try {
    await purgeAll(client as never, Date.now(), async () => true);
  } finally {
    client.release();
  }
  expect((await deliveriesOf(id)).map(({ seq }) => seq)).toEqual([3]);
});

test("a subscription that is removed is told nothing more", async () => {
  const { id } = await make();
  expect((await api.call("admin", "DELETE", `/subscriptions/${id}`)).status).toBe(204);
  expect((await api.call("viewer", "GET", `/subscriptions/${id}/deliveries`)).status).toBe(404);
  expect((await api.call("admin", "DELETE", `/subscriptions/${id}`)).status).toBe(404);
});
