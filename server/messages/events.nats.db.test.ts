import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type NatsParticipant, startNatsParticipant } from "../brokers/testing/nats-participant";
import { type NatsServer, startNatsServer } from "../brokers/testing/nats-server";
import { startTestApi, type TestApi } from "../testing/api";
import { cloudEvent, drivenOrder } from "../testing/choreographies";
import { publish, runWhen } from "../testing/with-sagas";
import { newId } from "../uuid";

/** A driven choreography over a real broker: commands and events both go over it. */
let api: TestApi;
let server: NatsServer;
const services: NatsParticipant[] = [];

const told = { Reserve: "Reserved", Pay: "Paid", Ship: "Shipped" } as const;

beforeAll(async () => {
  server = await startNatsServer();
  api = await startTestApi();
  await publish(api, drivenOrder());
  const body = { kind: "nats", url: server.url, allowPrivateNetwork: true };
  expect((await api.call("admin", "PUT", "/brokers/main", { body })).status).toBe(201);
  const transport = { kind: "nats", broker: "main" };
  for (const service of ["Inventory", "Payment", "Shipping"]) {
    expect((await api.call("admin", "PUT", `/services/${service}`, { body: { transport } })).status).toBe(200);
    services.push(await startNatsParticipant(server.url, service));
  }
});
afterAll(async () => {
  for (const service of services) await service.stop();
  await api.stop();
  await server.stop();
});

type Event = ReturnType<typeof cloudEvent>;

const say = (event: Event, id = event.id) =>
  services[0]?.send(`saga.events.${event.source}.${event.type}`, JSON.stringify(event), id);
const runsOf = async (key: string) =>
  (await api.db.pool.query<{ id: string }>("select id from saga_run where business_key = $1", [key])).rows;
const deadLetters = async () =>
  (await api.call("viewer", "GET", "/dead-letters")).body.items.map(
    ({ reason }: { readonly reason: string }) => reason,
  );
const received = (key: string) =>
  services.flatMap((service) => service.received).filter(({ event }) => event.data.key === key);

test("events over a broker begin a run, take it to its end, and are told twice for nothing", async () => {
  const order = newId();
  const created = cloudEvent("OrderCreated", { order, amount: 1 }, { source: "OrderService" });
  await say(created);
  await say(created, `${created.id} again`);
  for (const [command, type] of Object.entries(told)) {
    const isIt = ({ event }: { readonly event: { readonly type: string } }) => event.type.endsWith(`.${command}`);
    await vi.waitFor(() => expect(received(order).filter(isIt)).toHaveLength(1), 10_000);
    const service = received(order).find(isIt)?.event.type.split(".")[0];
    const event = cloudEvent(type, { order }, { source: service });
    await say(event);
    await say(event, `${event.id} again`);
  }
  const lastsMs = ({ event }: { readonly event: { readonly expirytime?: string; readonly time: string } }) =>
    event.expirytime === undefined ? null : Date.parse(event.expirytime) - Date.parse(event.time);
  expect(received(order).map(lastsMs)).toEqual([3_600_000, 3_600_000, null]);
  const [run, ...others] = await runsOf(order);
  expect(others).toEqual([]);
  const ended = await runWhen(api, run?.id ?? "", ({ state }) => state === "completed");
  expect(ended).toMatchObject({ attention: [], startedBy: "broker:main" });
  expect(await deadLetters()).toEqual([]);
});

test("what belongs to nobody is a dead letter, and what nobody listens to is passed over", async () => {
  const order = newId();
  const transport = { kind: "http", url: "http://127.0.0.1:9", allowPrivateNetwork: true };
  expect((await api.call("admin", "PUT", "/services/ElsewhereService", { body: { transport } })).status).toBe(201);
  await say(cloudEvent("WeatherChanged", {}, { source: "ElsewhereService" }));
  await say(cloudEvent("Paid", { number: 1 }));
  await say(cloudEvent("Paid", { order }, { source: "ElsewhereService" }));
  const created = cloudEvent("OrderCreated", { order, amount: 1 });
  await say(created);
  await say({ ...created, data: { order, amount: 2 } }, newId());
  const elsewhere = JSON.stringify(cloudEvent("Paid", { order }, { source: "Payment" }));
  await services[0]?.send("saga.events.Inventory.Paid", elsewhere, newId());
  await vi.waitFor(async () => expect((await deadLetters()).length).toBe(4), 10_000);
  expect((await deadLetters()).sort()).toEqual(["event_reused", "no_correlation", "other_service", "other_source"]);
  expect(await runsOf(order)).toHaveLength(1);
});

test("events in binary mode are heard as structured ones are, and what is wrong with them names the header", async () => {
  await api.db.pool.query("delete from dead_letter");
  const order = newId();
  const said = { "content-type": "application/json", "ce-specversion": "1.0", "ce-source": "OrderService" };
  const send = (headers: Readonly<Record<string, string>>, body: string) =>
    services[0]?.sendWith({ ...said, "ce-id": newId(), ...headers }, "saga.events.OrderService.OrderCreated", body);
  const created = { "ce-type": "OrderCreated" };
  await send({}, "{}");
  await send(created, "{");
  await send({ ...created, "content-type": "text/plain" }, "{}");
  await send({ ...created, "ce-source": "Payment" }, JSON.stringify({ order, amount: 1 }));
  await send({ ...created, "ce-source": "Order%53ervice" }, JSON.stringify({ order, amount: 7 }));
  await vi.waitFor(async () => expect(await deadLetters()).toHaveLength(4), 10_000);
  await vi.waitFor(async () => expect(await runsOf(order)).toHaveLength(1), 10_000);
  const [{ id } = { id: "" }] = await runsOf(order);
  expect(await runWhen(api, id, () => true)).toMatchObject({ startedBy: "broker:main", data: { order, amount: 7 } });
  const { items } = (await api.call("viewer", "GET", "/dead-letters")).body;
  const why = Object.fromEntries(items.map((each: { reason: string; detail: string }) => [each.reason, each.detail]));
  expect(why).toEqual({
    invalid_request: expect.stringMatching(/^Header ce-type: .*\(at ce-type\)$/),
    invalid_json: expect.stringContaining("not JSON"),
    unsupported_media_type: expect.stringMatching(/text\/plain.*\(at content-type\)$/),
    other_source: expect.stringMatching(/OrderCreated of Payment.*\(at ce-source\)$/),
  });
});
