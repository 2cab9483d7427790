import { fork } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { v7 } from "uuid";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createTestDatabase, type TestDatabase } from "../testing/database";
import { verifyRuns } from "../verification/verify-runs";
import { createOrchestrator, type Orchestrator } from "./client";
import type { TellAnswer, TellRequest } from "./orchestrator";
import { lockKeys } from "./sql/lock-keys";
import { isDone, publish, stateWhen, testLog, testSecretKey } from "./testing/fixtures";
import type { TellingDeath, TellingTask } from "./testing/telling-process";
import { chain, chainOf, tellRequest } from "./testing/told";
import { bundle } from "./testing/workers";

let database: TestDatabase;
let file: string;
let web: Orchestrator;

const open = (worker: "inline" | "none") =>
  createOrchestrator({ databaseUrl: database.url, secretKey: testSecretKey, log: testLog, worker });

beforeAll(async () => {
  database = await createTestDatabase();
  await publish(database.pool, chain);
  file = await bundle("server/orchestrator/testing/telling-process.ts");
  web = await open("none");
});

afterAll(async () => {
  rmSync(file, { force: true });
  await web.stop();
  await database.drop();
});

/** The run of a key, once it has ended: there is no other. */
async function endedRun(orchestrator: Orchestrator, key: string) {
  const { rows } = await database.pool.query("select id from saga_run where business_key = $1", [key]);
  expect(rows).toHaveLength(1);
  const state = await stateWhen(orchestrator, rows[0].id, isDone, 20_000);
  return { ...state, heardTypes: state.choreography?.heard.map(({ type }) => type) ?? [] };
}

const runOf = (answer: TellAnswer | undefined) => (answer && "run" in answer ? answer.run : null);

describe("a process that tells events is killed", () => {
  const points: readonly (readonly ["inline" | "none", string, TellingDeath["when"], boolean])[] = [
    ["none", "begin", "after", false],
    ["none", "lock_keys", "after", false],
    ["none", "find_keyed", "after", false],
    ["none", "start_unowned", "after", false],
    ["none", "take_early", "after", false],
    ["none", "write_told", "after", false],
    ["none", "commit", "before", false],
    ["none", "commit", "after", true],
    ["none", "notify", "before", true],
    ["inline", "claim_inbox", "after", true],
    ["inline", "read_inbox", "after", true],
    ["inline", "flush", "before", true],
    ["inline", "flush", "after", true],
  ];

  test.each(points)("(%s) at %s, %s it: nothing accepted is lost, and nothing is heard twice", async (...point) => {
    const [worker, statement, when, isAccepted] = point;
    const key = v7();
    expect(await web.tell([tellRequest("Third", key)])).toEqual([{ kind: "kept" }]);
    const requests = (["Second", "First", "Done"] as const).map((type) => tellRequest(type, key));
    await dieTelling({ worker, requests, death: { statement, when } });
    const { rows } = await database.pool.query("select id from saga_run where business_key = $1", [key]);
    expect(rows).toHaveLength(isAccepted ? 1 : 0);

    await database.pool.query("update saga_worker set lease_until = clock_timestamp() - interval '1 s'");
    const successor = await open("inline");
    try {
      const again = await successor.tell([...requests, tellRequest("Third", key)]);
      const kinds = ["delivered", "started", "delivered", "duplicate"];
      expect(again.map(({ kind }) => kind)).toEqual(isAccepted ? kinds.map(() => "duplicate") : kinds);
      const state = await endedRun(successor, key);
      expect(state.state).toBe("completed");
      expect(new Set(again.map(runOf))).toEqual(new Set(isAccepted ? [state.id] : [state.id, null]));
      expect(state.heardTypes).toEqual(["First", "Third", "Second", "Done"]);
    } finally {
      await successor.stop();
    }
    const left = "select run::text from saga_inbox union all select key from saga_early_event";
    expect((await database.pool.query(left)).rows).toEqual([]);
  });

  async function dieTelling(task: TellingTask): Promise<void> {
    const told = fork(file, [database.url, JSON.stringify(task)], { execArgv: [], stdio: "inherit" });
    const patience = setTimeout(() => told.kill("SIGTERM"), 20_000);
    const [, signal] = await once(told, "exit");
    clearTimeout(patience);
    expect(signal).toBe("SIGKILL");
  }
});

describe("two processes", () => {
  let other: Orchestrator;
  beforeAll(async () => {
    other = await open("inline");
  });
  afterAll(() => other.stop());

  test("that tell the same events at the same time, out of order, begin one run of each key, and each event is heard once", async () => {
    const keys = Array.from({ length: 50 }, () => v7());
    const tellings = keys.flatMap((key) => chainOf.map((type) => [type, key] as const));
    const shuffled = (step: number) => tellings.map((_, i) => tellings[(i * step) % tellings.length] ?? tellings[0]);
    const tellAll = async (by: Orchestrator, step: number) => {
      const requests = shuffled(step).map((each) => tellRequest(...(each as (typeof tellings)[number])));
      const parts = Array.from({ length: 20 }, (_, i) => requests.slice(i * 10, i * 10 + 10));
      const answers = await Promise.all(parts.map((part) => by.tell(part)));
      return new Map(requests.map(({ dedupe }, i) => [dedupe, answers.flat()[i] as TellAnswer]));
    };
    const [one, two] = await Promise.all([tellAll(web, 7), tellAll(other, 11)]);
    for (const [dedupe, answer] of one)
      expect([answer.kind, two?.get(dedupe)?.kind].filter((kind) => kind === "duplicate")).toHaveLength(1);
    for (const key of keys) {
      const { state, heardTypes, attention } = await endedRun(web, key);
      expect([state, attention, [...heardTypes].sort()]).toEqual(["completed", [], [...chainOf].sort()]);
    }
  });

  test("that begin one key by different events at the same time have one run, which hears of the other", async () => {
    const key = v7();
    const first = (id: string, by: Orchestrator) => {
      const request = tellRequest("First", key);
      return by.tell([{ ...request, event: { ...request.event, id }, dedupe: `event:Chain:${id}` }]);
    };
    const answers = (await Promise.all([first(`a-${key}`, web), first(`b-${key}`, other)])).flat();
    expect(answers.map(({ kind }) => kind).sort()).toEqual(["delivered", "started"]);
    expect(new Set(answers.map(runOf)).size).toBe(1);
  });

  test("of which one holds a key for too long: the other gives up, and the same is told later", async () => {
    const key = v7();
    const client = await database.pool.connect();
    try {
      await client.query("begin");
      await lockKeys(client as never, [{ saga: "Chain", key }]);
      await expect(web.tell([tellRequest("First", key)])).rejects.toMatchObject({ status: 503 });
    } finally {
      await client.query("rollback");
      client.release();
    }
    expect(await web.tell([tellRequest("First", key)])).toMatchObject([{ kind: "started" }]);
  });

  test("an event id that is used for another key meanwhile is one event", async () => {
    const [a, b] = [v7(), v7()];
    const used = { dedupe: `event:Chain:${v7()}` };
    const answers = await Promise.all([
      web.tell([tellRequest("First", a, used)]),
      other.tell([tellRequest("First", b, used)]),
    ]);
    expect(
      answers
        .flat()
        .map(({ kind }) => kind)
        .sort(),
    ).toEqual(["key_reused", "started"]);
  });
});

test("an event for a run that was archived is ignored", async () => {
  const key = v7();
  await database.pool.query(
    `insert into saga_archived_run (id, saga, version, state, business_key, seq, started_at, ended_at, log)
     values ($1, 'Chain', 1, 'completed', $2, 1, now(), now(), '')`,
    [v7(), key],
  );
  const requests: TellRequest[] = [tellRequest("Third", key), tellRequest("First", key)];
  expect(await web.tell(requests)).toMatchObject([{ kind: "ignored" }, { kind: "started" }]);
  await database.pool.query("delete from saga_archived_run where business_key = $1", [key]);
});

test("verification finds nothing in what was told", async () => {
  await vi.waitFor(async () => {
    const { rows } = await database.pool.query("select count(*)::int as n from saga_inbox");
    expect(rows).toEqual([{ n: 0 }]);
  });
  expect((await verifyRuns(database.pool, null)).findings).toEqual([]);
});
