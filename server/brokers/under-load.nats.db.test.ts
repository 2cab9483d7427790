import { afterAll, beforeAll, expect, test } from "vitest";
import { runUnderLoad } from "./testing/load/load";
import { type NatsServer, startNatsServer } from "./testing/nats-server";

let server: NatsServer;

beforeAll(async () => {
  server = await startNatsServer();
});
afterAll(() => server.stop());

test("2,000 sagas while broker, worker and participant are killed: all end, and the participant's books agree", async () => {
  const runs = 2_000;
  const { openAt, ...figures } = await runUnderLoad({ kind: "nats", broker: server, runs });
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
