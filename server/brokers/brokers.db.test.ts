import { afterAll, beforeAll, expect, test } from "vitest";
import { brokerPage, brokerTested, brokerView, deadLetterView } from "@/contract/brokers";
import { AppError } from "../errors";
import { putDeadLetters } from "../messages/dead-letters";
import { startTestApi, type TestApi } from "../testing/api";
import { createScriptedTransport } from "../testing/scripted-transport";
import { openCredentials } from "./credentials";
import { certificate } from "./testing/certificate";
import { freePort } from "./testing/nats-server";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi({ transport: createScriptedTransport() });
});
afterAll(() => api.stop());

const settings = { kind: "nats", url: "nats://127.0.0.1:1", enabled: false };
const put = (name: string, body: object) => api.call("admin", "PUT", `/brokers/${name}`, { body });
const audited = async () =>
  (await api.call("admin", "GET", "/audit")).body.items.map((each: { action: string }) => each.action);

test("a broker's credentials are kept sealed, and shown to nobody", async () => {
  const made = await put("main", { ...settings, credentials: { user: "studio", password: "s3cret-word" } });
  expect(made.status).toBe(201);
  expect(brokerView.parse(made.body)).toMatchObject({
    name: "main",
    credentials: { kind: "password", user: "studio" },
    services: [],
    health: { state: "off", waiting: 0 },
  });
  const read = await api.call("viewer", "GET", "/brokers/main");
  expect(JSON.stringify([made.body, read.body])).not.toContain("s3cret-word");
  const { rows } = await api.db.pool.query("select credentials from broker where name = 'main'");
  expect(rows[0].credentials.includes("s3cret-word")).toBe(false);
  const opened = openCredentials(api.deps.env.secretKey, "main", rows[0].credentials);
  expect(opened).toEqual({ user: "studio", password: "s3cret-word", token: null });
  expect(() => openCredentials(api.deps.env.secretKey, "other", rows[0].credentials)).toThrow();
  const audit = await api.db.pool.query("select * from audit_entry where action = 'broker.put'");
  expect(audit.rows).toHaveLength(1);
  expect(JSON.stringify(audit.rows)).not.toContain("s3cret-word");
});

test("credentials stay as they were at the same address, and are asked for again at another", async () => {
  const kept = await put("main", { ...settings, allowPrivateNetwork: true });
  expect(kept.body.credentials).toEqual({ kind: "password", user: "studio" });
  const moved = { ...settings, url: "nats://elsewhere.example.com:4222" };
  expect((await put("main", moved)).body).toMatchObject({ status: 422, path: "/credentials" });
  const tried = await api.call("admin", "POST", "/brokers/main/test", { body: { settings: moved } });
  expect(tried.body).toMatchObject({ status: 422, code: "credentials_required", path: "/settings/credentials" });
  expect((await put("main", { ...moved, credentials: { token: "t" } })).body.credentials).toEqual({ kind: "token" });
  expect((await put("main", { ...moved, credentials: null })).body.credentials).toEqual({ kind: "none" });
});

test("credentials that were given for TLS are asked for again before they go without it", async () => {
  const secure = { ...settings, tls: { ca: null } };
  expect((await put("sealed", { ...secure, credentials: { token: "t" } })).status).toBe(201);
  expect((await put("sealed", secure)).body.credentials).toEqual({ kind: "token" });
  const { body } = await put("sealed", { ...secure, tls: null });
  expect(body).toMatchObject({ status: 422, code: "credentials_required", path: "/credentials" });
  expect((await put("sealed", { ...secure, tls: null, credentials: null })).status).toBe(200);
});

test.each<readonly [string, object]>([
  ["/kind", { ...settings, kind: "kafka" }],
  ["/url", { ...settings, url: "http://example.com" }],
  ["/url", { ...settings, url: "nats://user:password@example.com" }],
  ["/url", { ...settings, url: "nats://example.com/path" }],
  ["/url", { ...settings, url: "nats://" }],
  ["/url", { ...settings, url: "nats" }],
  ["/url", { ...settings, kind: "amqp" }],
  ["/url", { ...settings, kind: "amqp", url: "amqp://example.com?heartbeat=1" }],
  ["/tls/ca", { ...settings, tls: { ca: "not a certificate" } }],
  ["/password", { ...settings, password: "x" }],
])("what is wrong at %s is refused", async (path, body) => {
  const { status, body: problem } = await put("wrong", body);
  expect([400, 422]).toContain(status);
  expect(problem.path).toBe(path);
});

test.each(["1st", "with space", "a".repeat(81), "__proto__"])("%s is no name", async (name) => {
  expect((await put(encodeURIComponent(name), settings)).status).toBe(400);
});

test("a certificate is kept with its broker, and brokers are listed by name", async () => {
  await put("amq", { ...settings, kind: "amqp", url: "amqps://rabbit.example.com/orders", tls: { ca: certificate } });
  expect((await api.call("viewer", "GET", "/brokers/amq")).body.tls).toEqual({ ca: certificate });
  const { body } = await api.call("viewer", "GET", "/brokers?limit=1");
  const first = brokerPage.parse(body);
  expect(first.items.map(({ name }) => name)).toEqual(["amq"]);
  const next = await api.call("viewer", "GET", `/brokers?limit=1&cursor=${first.next}`);
  expect(next.body.items.map((each: { name: string }) => each.name)).toEqual(["main"]);
});

test("a service is registered only on a broker that is there and speaks its kind", async () => {
  const over = (kind: string, broker: string) =>
    api.call("admin", "PUT", "/services/ShopService", { body: { transport: { kind, broker } } });
  expect((await over("nats", "nowhere")).body).toMatchObject({ status: 422, path: "/transport/broker" });
  expect((await over("nats", "amq")).body).toMatchObject({ code: "broker_of_other_kind", path: "/transport/broker" });
  expect((await over("nats", "main")).status).toBe(201);
  expect((await api.call("viewer", "GET", "/brokers/main")).body.services).toEqual(["ShopService"]);
});

test("a broker in use is neither removed nor made another kind", async () => {
  expect((await api.call("admin", "DELETE", "/brokers/main")).body).toMatchObject({
    status: 409,
    code: "broker_in_use",
  });
  const other = { kind: "amqp", url: "amqp://example.com", enabled: false };
  expect((await put("main", other)).body).toMatchObject({ status: 409, code: "broker_in_use" });
  await put("unused", settings);
  expect((await api.call("admin", "DELETE", "/brokers/unused")).status).toBe(204);
  expect((await api.call("viewer", "GET", "/brokers/unused")).status).toBe(404);
  expect(await audited()).toEqual(expect.arrayContaining(["broker.delete", "broker.put"]));
});

test("a test says in one sentence what is wrong, before and after it is saved", async () => {
  const url = `nats://127.0.0.1:${await freePort()}`;
  const tried = await api.call("admin", "POST", "/brokers/new/test", {
    body: { settings: { ...settings, url, allowPrivateNetwork: true } },
  });
  expect(brokerTested.parse(tried.body)).toEqual({
    ok: false,
    code: "econnrefused",
    message: `Nothing listens at ${new URL(url).host}`,
  });
  expect((await api.call("admin", "POST", "/brokers/new/test", { body: {} })).status).toBe(404);
  await put("near", { ...settings, url });
  const kept = await api.call("admin", "POST", "/brokers/near/test", { body: {} });
  expect(kept.body).toMatchObject({ ok: false, code: "address_not_allowed" });
});

test("a message that could not be taken is shown as it came, and discarded with a reason", async () => {
  const body = Buffer.from('{"half a ');
  const why = new AppError(400, "invalid_json", "The body is not JSON", { path: "/data" });
  const headers = { "Nats-Msg-Id": "m-1", odd: "a\u0000b" };
  await putDeadLetters(api.deps.prisma, [
    { source: "broker:main", why, subject: "saga.events.A.B", identity: "s 1 1", body, headers },
    { source: "queue:ShopService", why, subject: null, identity: null, body: Buffer.from([0, 255]), headers: {} },
  ]);
  const { body: page } = await api.call("viewer", "GET", "/dead-letters?source=broker:main");
  expect(page).toMatchObject({ total: 2, next: null });
  expect(page.items).toHaveLength(1);
  const { id } = page.items[0];
  const read = deadLetterView.parse((await api.call("viewer", "GET", `/dead-letters/${id}`)).body);
  expect(read).toMatchObject({
    source: "broker:main",
    reason: "invalid_json",
    detail: "The body is not JSON (at /data)",
    subject: "saga.events.A.B",
    body: '{"half a ',
    headers: { "Nats-Msg-Id": "m-1", odd: "a\ufffdb" },
  });
  const replayed = await api.call("operator", "POST", `/dead-letters/${id}/replay`);
  expect(replayed.body).toMatchObject({ result: "refused", reason: "invalid_json" });
  expect((await api.call("operator", "DELETE", `/dead-letters/${id}`)).status).toBe(400);
  expect((await api.call("operator", "DELETE", `/dead-letters/${id}?reason=a%20test`)).status).toBe(204);
  expect((await api.call("viewer", "GET", `/dead-letters/${id}`)).status).toBe(404);
  expect(await audited()).toContain("dead_letter.discard");
  const [other] = (await api.call("viewer", "GET", "/dead-letters")).body.items;
  expect(other.source).toBe("queue:ShopService");
  expect((await api.call("operator", "POST", `/dead-letters/${other.id}/replay`)).body.code).toBe("not_replayable");
});

test("dead letters are listed the newest first, page by page", async () => {
  const why = new AppError(404, "run_not_found", "There is no such run.");
  const letter = (subject: string) =>
    ({ source: "events", why, subject, identity: null, body: Buffer.from("{}"), headers: {} }) as const;
  for (const subject of ["p1", "p2", "p3"]) await putDeadLetters(api.deps.prisma, [letter(subject)]);
  const page = async (query: string) => (await api.call("viewer", "GET", `/dead-letters?source=events&${query}`)).body;
  const subjects = (items: readonly { subject: string }[]) => items.map(({ subject }) => subject);
  const first = await page("limit=2");
  expect(subjects(first.items)).toEqual(["p3", "p2"]);
  expect(subjects((await page(`limit=2&cursor=${first.next}`)).items)).toEqual(["p1"]);
});
