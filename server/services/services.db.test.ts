import { afterAll, beforeAll, expect, test } from "vitest";
import { serviceSaved, serviceView } from "@/contract/services";
import { enqueue } from "../queues/sql/enqueue";
import { open, serviceSecretContext } from "../secrets";
import { startTestApi, type TestApi } from "../testing/api";
import { orderSaga } from "../testing/definitions";
import { createScriptedTransport } from "../testing/scripted-transport";
import { publish, runWhen } from "../testing/with-sagas";
import { newId } from "../uuid";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi({ transport: createScriptedTransport() });
});
afterAll(() => api.stop());

const transport = { kind: "http", url: "https://pay.example.com/api", allowPrivateNetwork: false };
const put = (name: string, body: object) => api.call("admin", "PUT", `/services/${name}`, { body });

test("a new service answers its secret once, and keeps it sealed", async () => {
  const made = await put("PayService", { transport, concurrency: 8, timeout: "PT1M30S" });
  expect(made.status).toBe(201);
  const { secret, ...view } = serviceSaved.parse(made.body);
  expect(secret).toMatch(/^whsec_/);
  expect(view).toMatchObject({ concurrency: 8, timeout: "PT1M30S", signed: true, health: null });
  const read = await api.call("viewer", "GET", "/services/PayService");
  expect(serviceView.parse(read.body)).toEqual(view);
  expect(JSON.stringify(read.body)).not.toContain("whsec_");
  const { rows } = await api.db.pool.query("select secret from service where name = 'PayService'");
  expect(rows[0].secret.includes("whsec_")).toBe(false);
  expect(open(api.deps.env.secretKey, serviceSecretContext("PayService"), rows[0].secret)).toBe(secret);
  const dump = JSON.stringify((await api.db.pool.query("select * from audit_entry")).rows);
  expect(dump).not.toContain("whsec_");
});

test("a changed service keeps its secret until it is replaced", async () => {
  const before = await api.db.pool.query("select secret from service where name = 'PayService'");
  const changed = await put("PayService", { transport: { ...transport, url: "https://pay2.example.com" } });
  expect(changed.status).toBe(200);
  expect(changed.body.secret).toBeUndefined();
  expect((await api.db.pool.query("select secret from service where name = 'PayService'")).rows).toEqual(before.rows);
  const rotated = await api.call("admin", "POST", "/services/PayService/secret");
  expect(rotated.body.secret).toMatch(/^whsec_/);
  expect((await api.db.pool.query("select secret from service where name = 'PayService'")).rows).not.toEqual(
    before.rows,
  );
});

test.each<readonly [string, object]>([
  ["/transport/url", { transport: { ...transport, url: "file:///etc/passwd" } }],
  ["/transport/url", { transport: { ...transport, url: "gopher://x" } }],
  ["/transport/url", { transport: { ...transport, url: "//x" } }],
  ["/transport/url", { transport: { ...transport, url: "https://user:password@x.example.com" } }],
  ["/transport/url", { transport: { ...transport, url: "https://x.example.com/?a=b" } }],
  ["/transport/kind", { transport: { ...transport, kind: "smtp" } }],
  ["/transport/broker", { transport: { kind: "amqp" } }],
  ["/transport/headers", { transport: { ...transport, headers: {} } }],
  ["/timeout", { transport, timeout: "5m" }],
  ["/timeout", { transport, timeout: "PT-5S" }],
  ["/concurrency", { transport, concurrency: 0 }],
  ["/secret", { transport, secret: "mine" }],
])("what is wrong at %s is refused", async (path, body) => {
  const { status, body: problem } = await put("Wrong", body);
  expect([400, 422]).toContain(status);
  expect(problem.path).toBe(path);
});

test.each(["lower", "With-Dash", "A".repeat(81), "__proto__", "%00"])("%s is no name", async (name) => {
  expect((await put(name, { transport })).status).toBe(400);
});

test("a service tells what is sent to it, and is not removed while something is", async () => {
  await publish(api, orderSaga());
  expect((await api.call("viewer", "GET", "/services/PayService")).body.commands).toEqual(["Charge", "Refund"]);
  expect((await api.call("admin", "DELETE", "/services/PayService")).body).toMatchObject({
    status: 409,
    code: "service_in_use",
  });
  await put("Unused", { transport });
  expect((await api.call("admin", "DELETE", "/services/Unused")).status).toBe(204);
  expect((await api.call("viewer", "GET", "/services/Unused")).status).toBe(404);
});

test("health is of the calls that were made", async () => {
  const { body } = await api.call("operator", "POST", "/sagas/Order/runs", { body: { data: { order_id: "h" } } });
  await runWhen(api, body.id, (run) => run.state === "completed");
  const { body: service } = await api.call("viewer", "GET", "/services/PayService");
  expect(service.health).toMatchObject({ calls: 1, failures: 0, lastError: null });
});

test("a service that pulls its work tells how much there is", async () => {
  await put("QueueService", { transport: { kind: "queue" } });
  const queueOf = async (name = "QueueService") =>
    serviceView.parse((await api.call("viewer", "GET", `/services/${name}`)).body).queue;
  expect(await queueOf()).toEqual({ waiting: 0, claimed: 0, oldestAt: null });
  expect(await queueOf("PayService")).toBeNull();
  const client = await api.db.pool.connect();
  for (const step of ["a", "b", "c"]) {
    const run = newId();
    const named = { id: newId(), service: "QueueService", key: run, half: "action", run, step, item: null };
    const sent = { command: "Do", attempt: 1, generation: 1, input: "{}", claimUntil: Date.now() + 60_000 };
    await enqueue(client, [{ ...named, ...sent }]);
  }
  client.release();
  const oldest = async () =>
    (await api.db.pool.query("select at from saga_queue_item where lease is null order by id limit 1")).rows[0].at;
  expect(await queueOf()).toEqual({ waiting: 3, claimed: 0, oldestAt: (await oldest()).toISOString() });
  const { body } = await api.call("operator", "POST", "/queues/QueueService/claim", { body: { max: 2 } });
  expect(await queueOf()).toEqual({ waiting: 1, claimed: 2, oldestAt: (await oldest()).toISOString() });
  const [{ id }] = body.items;
  await api.db.pool.query("update saga_queue_item set lease_until = now() - interval '1 s' where id = $1", [id]);
  expect(await queueOf()).toMatchObject({ waiting: 2, claimed: 1 });
  const listed = await api.call("viewer", "GET", "/services?limit=200");
  const view = listed.body.items.find(({ name }: { name: string }) => name === "QueueService");
  expect(view.queue).toMatchObject({ waiting: 2, claimed: 1 });
  await api.call("admin", "DELETE", "/services/QueueService");
});

test("the list pages by name", async () => {
  const first = await api.call("viewer", "GET", "/services?limit=1");
  const rest = await api.call("viewer", "GET", `/services?cursor=${first.body.next}`);
  expect([...first.body.items, ...rest.body.items].map(({ name }) => name)).toEqual(["PayService", "StockService"]);
});
