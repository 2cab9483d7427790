import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { testLog } from "../orchestrator/testing/fixtures";
import { startTestApi, type TestApi } from "../testing/api";
import { createScriptedTransport } from "../testing/scripted-transport";
import { AmqpLink } from "./amqp/link";
import { type RabbitMqParticipant, startRabbitMqParticipant } from "./testing/rabbitmq-participant";
import { type RabbitMqServer, startRabbitMq } from "./testing/rabbitmq-server";
import { startReading, takingBy } from "./testing/reading-process";
import { registrationOf } from "./testing/registration";

/** A process that is gone between a dead letter and its acknowledgement. */
let api: TestApi;
let server: RabbitMqServer;
let shop: RabbitMqParticipant;

beforeAll(async () => {
  server = await startRabbitMq();
  api = await startTestApi({ transport: createScriptedTransport() });
  const body = { kind: "amqp", url: server.url, allowPrivateNetwork: true, enabled: false };
  expect((await api.call("admin", "PUT", "/brokers/main", { body })).status).toBe(201);
  shop = await startRabbitMqParticipant(server.url, "Shop");
});
afterAll(async () => {
  await shop.stop();
  await api.stop();
  await server.stop();
});
beforeEach(async () => {
  await api.db.pool.query("delete from dead_letter");
});

const reading = (options = {}) =>
  startReading(new AmqpLink(registrationOf(server.url, { kind: "amqp" }), { log: testLog }), api.deps, options);
const { takeAndDie, takeAndStop } = takingBy(reading);
const letters = async () => (await api.call("viewer", "GET", "/dead-letters")).body.items;

test("a message with an id that was not acknowledged comes again, and is one dead letter", async () => {
  await shop.send("Shop.Paid", "{", { messageId: "m-1" });
  await takeAndDie();
  const [letter, ...none] = await letters();
  expect(none).toEqual([]);
  expect(letter).toMatchObject({ source: "broker:main", reason: "invalid_json" });
  await takeAndStop(1);
  expect(await letters()).toEqual([letter]);
});

test("what a sender sends twice under one id is one dead letter, and what is not the same is not", async () => {
  const headers = { "cloudEvents:id": "e-1" };
  const sent: readonly [string, string, object][] = [
    ["Shop.Paid", "{", { messageId: "m-2" }],
    ["Shop.Paid", "{", { messageId: "m-2", headers: { "webhook-timestamp": "2" } }],
    ["Shop.Paid", "[", { messageId: "m-2" }],
    ["Shop.Sent", "{", { messageId: "m-2" }],
    ["Shop.Paid", "{", { messageId: "m-2", headers }],
    ["Shop.Paid", "{", { messageId: "m-3" }],
    ["Shop.Paid", "{", {}],
    ["Shop.Paid", "{", {}],
  ];
  for (const message of sent) await shop.send(...message);
  await takeAndStop(sent.length);
  expect(await letters()).toHaveLength(sent.length - 1);
});

test("a letter that was discarded keeps no message from being one", async () => {
  await shop.send("Shop.Paid", "{", { messageId: "m-4" });
  await takeAndDie();
  const [letter] = await letters();
  expect((await api.call("operator", "DELETE", `/dead-letters/${letter.id}?reason=test`)).status).toBe(204);
  await takeAndStop(1);
  const [again, ...none] = await letters();
  expect([again.id === letter.id, none]).toEqual([false, []]);
});
