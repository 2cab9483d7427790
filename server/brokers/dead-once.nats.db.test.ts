import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { testLog } from "../orchestrator/testing/fixtures";
import { startTestApi, type TestApi } from "../testing/api";
import { createScriptedTransport } from "../testing/scripted-transport";
import { NatsLink } from "./nats/link";
import { eventsStream } from "./nats/names";
import { type NatsParticipant, startNatsParticipant } from "./testing/nats-participant";
import { type NatsServer, startNatsServer } from "./testing/nats-server";
import { startReading, takingBy } from "./testing/reading-process";
import { registrationOf } from "./testing/registration";
import { until } from "./testing/until";

/** A process that is gone between a dead letter and its acknowledgement. */
let api: TestApi;
let server: NatsServer;
let shop: NatsParticipant;

beforeAll(async () => {
  server = await startNatsServer();
  api = await startTestApi({ transport: createScriptedTransport() });
  const body = { kind: "nats", url: server.url, allowPrivateNetwork: true, enabled: false };
  expect((await api.call("admin", "PUT", "/brokers/main", { body })).status).toBe(201);
  shop = await startNatsParticipant(server.url, "Shop");
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
  startReading(new NatsLink(registrationOf(server.url), { log: testLog }), api.deps, options);
const { takeAndDie, takeAndStop } = takingBy(reading);
const letters = async () => (await api.call("viewer", "GET", "/dead-letters")).body.items;
const sendRubbish = () => shop.send("saga.events.Shop.Paid", "{");

test("a message that was not acknowledged comes again, and is one dead letter", async () => {
  await sendRubbish();
  await takeAndDie();
  const [letter, ...none] = await letters();
  expect(none).toEqual([]);
  expect(letter).toMatchObject({ source: "broker:main", reason: "invalid_json" });
  await takeAndStop(1);
  expect(await letters()).toEqual([letter]);
});

test("the same words in another message are another dead letter", async () => {
  for (const _ of [1, 2]) await sendRubbish();
  await takeAndStop(2);
  expect(await letters()).toHaveLength(2);
});

test("a letter that was discarded, or replayed, keeps no message from being one", async () => {
  for (const settle of [discard, replayed]) {
    await sendRubbish();
    await takeAndDie();
    const [letter] = await letters();
    await settle(letter.id);
    expect(await letters()).toEqual([]);
    await takeAndStop(1);
    const [again, ...none] = await letters();
    expect(none).toEqual([]);
    expect(again.id).not.toBe(letter.id);
    await discard(again.id);
  }
});

test("a stream that was made anew counts from the beginning, and its messages are new", async () => {
  const identities = async () => (await api.db.pool.query("select identity from dead_letter order by id")).rows;
  const sequences = async () => (await identities()).map(({ identity }) => identity.split(" ").slice(0, 2).join(" "));
  for (const count of [1, 2]) {
    await shop.deleteStream(eventsStream);
    const living = reading();
    await until(() =>
      sendRubbish().then(
        () => true,
        () => false,
      ),
    );
    await until(async () => (await letters()).length === count);
    await living.stop();
  }
  expect(await sequences()).toEqual([`${eventsStream} 1`, `${eventsStream} 1`]);
});

async function discard(id: string): Promise<void> {
  expect((await api.call("operator", "DELETE", `/dead-letters/${id}?reason=test`)).status).toBe(204);
}

/** As a replay that succeeded leaves it. */
async function replayed(id: string): Promise<void> {
  await api.db.pool.query("update dead_letter set replayed_at = now(), replayed_by = 'test' where id = $1", [id]);
}
