import { afterAll, beforeAll, expect, test } from "vitest";
import { testLog } from "../orchestrator/testing/fixtures";
import { AmqpLink } from "./amqp/link";
import { runUnderLoad } from "./testing/load/load";
import { type RabbitMqServer, startRabbitMq } from "./testing/rabbitmq-server";
import { registrationOf } from "./testing/registration";
import { until } from "./testing/until";

let server: RabbitMqServer;

beforeAll(async () => {
  server = await startRabbitMq();
  const link = new AmqpLink(registrationOf(server.url, { kind: "amqp" }), { log: testLog });
  await until(() => link.status().state === "connected");
  await link.prepare("Shop");
  await link.close();
  await server.settle();
});
afterAll(() => server.stop());

test("2,000 sagas while broker, worker and participant are killed: all end, and the participant's books agree", async () => {
  const runs = 2_000;
  const { openAt, ...figures } = await runUnderLoad({ kind: "amqp", broker: server, runs });
  expect(figures).toEqual({
    accepted: runs,
    runs: { completed: runs * 0.9, "failed clean": runs * 0.1 },
    books: {
      "first: effect": runs * 0.9,
      "second: effect": runs * 0.9,
      "first: effect, undo": runs * 0.1,
    },
    deadLetters: 0,
  });
  expect(openAt).toHaveLength(3);
  expect(Math.min(...openAt)).toBeGreaterThan(0);
}, 300_000);
