import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../testing/database";
import { createOrchestrator, type Orchestrator } from "./client";
import { isDone, publish, registerService, startRequest, stateWhen, testLog, testSecretKey } from "./testing/fixtures";
import { type Participant, startParticipant } from "./testing/participant";

const saga = `
saga: Booking
businessKey: \${data.booking}
businessKeyUnique: true
steps:
  - { id: book, action: Desk.Book, compensation: Desk.Cancel }
`;

let desk: Participant;

beforeAll(async () => {
  desk = await startParticipant();
});

afterAll(() => desk.stop());

describe.each(["inline", "thread", "none"] as const)("with the worker %s", (worker) => {
  let database: TestDatabase;
  let orchestrator: Orchestrator;
  let elsewhere: Orchestrator | null = null;

  beforeAll(async () => {
    database = await createTestDatabase();
    await publish(database.pool, saga);
    await registerService(database.pool, "Desk", desk.url);
    const options = { databaseUrl: database.url, secretKey: testSecretKey, log: testLog };
    orchestrator = await createOrchestrator({ ...options, worker });
    if (worker === "none") elsewhere = await createOrchestrator({ ...options, worker: "inline" });
  });

  afterAll(async () => {
    await orchestrator?.stop();
    await elsewhere?.stop();
    const left = await database.pool.query("select 1 from saga_worker union all select 1 from saga_worker_dead");
    expect(left.rowCount).toBe(0);
    await database?.drop();
  });

  test("a batch is started in order, and every run ends", async () => {
    const requests = Array.from({ length: 50 }, (_, i) => startRequest("Booking", { booking: `batch-${i}` }));
    const answers = await orchestrator.start(requests);
    expect(answers).toEqual(requests.map(({ id }) => ({ kind: "started", id })));
    for (const { id } of requests) {
      expect((await stateWhen(orchestrator, id, isDone)).state).toBe("completed");
    }
  });

  test("100 starts at once with one key are one run", async () => {
    const asked = Array.from({ length: 100 }, () => startRequest("Booking", { booking: "same" }, { key: "k1" }));
    const answers = await Promise.all(asked.map(async (request) => (await orchestrator.start([request]))[0]));
    const started = answers.filter((answer) => answer?.kind === "started");
    expect(started).toHaveLength(1);
    const id = started[0]?.kind === "started" ? started[0].id : "";
    expect(answers.filter((answer) => answer?.kind === "repeated" && answer.id === id)).toHaveLength(99);
    const { rows } = await database.pool.query("select id from saga_run where business_key = 'same'");
    expect(rows).toEqual([{ id }]);
  });

  test("a key with another body is refused", async () => {
    await orchestrator.start([startRequest("Booking", { booking: "first" }, { key: "k2" })]);
    const [answer] = await orchestrator.start([startRequest("Booking", { booking: "second" }, { key: "k2" })]);
    expect(answer).toEqual({ kind: "key_reused" });
  });

  test("a business key is held by one live run, and its idempotency key stays free", async () => {
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    desk.answer("/Book", (_, response) => void released.then(() => response.end("{}")));
    const [first] = await orchestrator.start([startRequest("Booking", { booking: "held" })]);
    expect(first?.kind).toBe("started");
    const again = startRequest("Booking", { booking: "held" }, { key: "k3" });
    expect(await orchestrator.start([again])).toEqual([{ kind: "business_key_taken", businessKey: "held" }]);
    expect(await orchestrator.start([again])).toEqual([{ kind: "business_key_taken", businessKey: "held" }]);
    const { rows } = await database.pool.query("select 1 from saga_dedupe where key = 'k3'");
    expect(rows).toEqual([]);
    release();
  });

  test("what the database cannot hold is replaced, in the log as in the list", async () => {
    const [answer] = await orchestrator.start([startRequest("Booking", { booking: "nul", note: "a\u0000b\ud800" })]);
    if (answer?.kind !== "started") throw new Error(JSON.stringify(answer));
    const { data } = await stateWhen(orchestrator, answer.id, isDone);
    expect(data).toEqual({ booking: "nul", note: "a\ufffdb\ufffd" });
    const { rows } = await database.pool.query("select data from saga_run where id = $1", [answer.id]);
    expect(rows[0].data).toEqual(data);
  });

  test("a business key that cannot be worked out refuses the start", async () => {
    const [answer] = await orchestrator.start([startRequest("Booking", "no object")]);
    expect(answer).toMatchObject({ kind: "refused", code: "business_key" });
  });

  test("a key that a start left behind which never came about starts the run, and answers nobody else's", async () => {
    const request = startRequest("Booking", { booking: "left-behind" }, { key: "left-behind" });
    await database.pool.query("insert into saga_dedupe (key, run, hash) values ($1, gen_random_uuid(), $2)", [
      "left-behind",
      request.hash,
    ]);
    expect(await orchestrator.start([request])).toEqual([{ kind: "started", id: request.id }]);
    const again = startRequest("Booking", { booking: "left-behind" }, { key: "left-behind" });
    expect(await orchestrator.start([again])).toEqual([{ kind: "repeated", id: request.id }]);
  });
});
