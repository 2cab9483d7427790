import { afterAll, beforeAll, expect, test } from "vitest";
import type { QueueItem } from "@/contract/queues";
import { startLossyProxy } from "../orchestrator/testing/lossy-proxy";
import { startTestApi, type TestApi } from "../testing/api";
import { next, publishQueued, registerQueue, say, startRun } from "../testing/queued";
import { runWhen } from "../testing/with-sagas";
import { newId } from "../uuid";
import { Queues } from "./queues";
import { enqueue } from "./sql/enqueue";

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
  await registerQueue(api, "BusyService");
  await publishQueued(api, {
    saga: "Two",
    steps: [
      { id: "a", action: "TwoService.A", compensation: "TwoService.UndoA" },
      { id: "b", action: "TwoService.B", compensation: "TwoService.UndoB" },
      { id: "c", class: "irreversible", action: { command: "TwoService.C", retry: { attempts: 1 } } },
    ],
  });
});
afterAll(() => api.stop());

test("a thousand items are given to twenty who ask at once, none of them twice", async () => {
  const rows = Array.from({ length: 1_000 }, (_, index) => {
    const run = newId();
    const named = { service: "BusyService", key: `${run}:x:1:action`, half: "action", run, step: "x", item: null };
    const sent = { command: "Do", attempt: 1, generation: 1, input: String(index), claimUntil: Date.now() + 600_000 };
    return { id: newId(), ...named, ...sent };
  });
  const client = await api.db.pool.connect();
  await enqueue(client, rows);
  client.release();
  // Another process of ours, on the same table.
  const other = new Queues({ url: api.db.url, log: api.deps.log });
  const signal = new AbortController().signal;
  const given: { id: string; lease: string; input: unknown }[] = [];
  const overHttp = async (max: number) => {
    for (;;) {
      const { body } = await say(api, "BusyService", "claim", { max });
      if (body.items.length === 0) return;
      expect(body.items.length).toBeLessThanOrEqual(max);
      given.push(...body.items);
    }
  };
  const elsewhere = async (max: number) => {
    for (;;) {
      const items = await other.claim("BusyService", { max, waitMs: 0, signal });
      if (items.length === 0) return;
      given.push(...items);
    }
  };
  await Promise.all(Array.from({ length: 20 }, (_, n) => (n % 2 === 0 ? overHttp : elsewhere)(1 + n)));
  await other.stop();
  expect(given).toHaveLength(1_000);
  expect(new Set(given.map(({ id }) => id)).size).toBe(1_000);
  expect(new Set(given.map(({ lease }) => lease)).size).toBe(1_000);
  expect(given.map(({ input }) => Number(input)).sort((a, b) => a - b)).toEqual(rows.map((_, index) => index));
  const { rows: view } = await api.db.pool.query(
    "select count(*)::int as held from saga_queue_item where lease_until > now()",
  );
  expect(view).toEqual([{ held: 1_000 }]);
});

test("a hundred runs end by the hands of ten who say everything twice, each step done once", async () => {
  const runs = await Promise.all(Array.from({ length: 100 }, (_, n) => startRun(api, "Two", { refuse: n % 3 === 0 })));
  const isOver = new AbortController();
  const done = new Map<string, number>();
  const work = async (n: number) => {
    while (!isOver.signal.aborted) {
      const { body } = await say(api, "TwoService", "claim", { max: 1 + (n % 4), waitMs: 200 });
      for (const item of body.items as QueueItem[]) {
        const { id, lease, input } = item;
        const isRefused = item.command === "C" && (input as { refuse: boolean }).refuse;
        const word = isRefused ? "fail" : "complete";
        const said = isRefused ? { id, lease, error: "refused" } : { id, lease, result: item.key };
        const answers = await Promise.all([say(api, "TwoService", word, said), say(api, "TwoService", word, said)]);
        expect(answers.map(({ status }) => status)).toEqual([200, 200]);
        done.set(`${item.key} ${item.half}`, (done.get(`${item.key} ${item.half}`) ?? 0) + 1);
      }
    }
  };
  const workers = Promise.all(Array.from({ length: 10 }, (_, n) => work(n)));
  const states = async () => {
    const { rows } = await api.db.pool.query<{ state: string; rollback: string | null; count: number }>(
      "select state, rollback, count(*)::int as count from saga_run where saga = 'Two' group by 1, 2 order by 1",
    );
    return rows;
  };
  await expect.poll(states, { timeout: 20_000 }).toEqual([
    { state: "completed", rollback: null, count: 66 },
    { state: "failed", rollback: "clean", count: 34 },
  ]);
  isOver.abort();
  await workers;
  expect(runs).toHaveLength(100);
  expect([...done.values()].every((times) => times === 1)).toBe(true);
  expect(done.size).toBe(100 * 3 + 34 * 2);
  const { rows } = await api.db.pool.query(
    "select count(*)::int as left from saga_queue_item where service = 'TwoService'",
  );
  expect(rows).toEqual([{ left: 0 }]);
});

test("an answer of whose commit nobody heard is given again, and counts once", async () => {
  const proxy = await startLossyProxy(api.db.url);
  const lossy = new Queues({ url: proxy.url, log: api.deps.log });
  const run = await startRun(api, "Two", { refuse: false });
  for (const step of ["a", "b", "c"]) {
    const { id, lease } = await next(api, "TwoService");
    proxy.lose("queue_settle");
    const outcome = { kind: "success", result: step } as const;
    expect(await lossy.answer({ id, lease, service: "TwoService", outcome, sender: {} })).toBe("duplicate");
    expect(proxy.lost()).toBe(1);
  }
  await runWhen(api, run, ({ state }) => state === "completed");
  const { rows } = await api.db.pool.query(
    "select count(*)::int as count from saga_event e, jsonb_array_elements(e.transitions) as t where e.run = $1 and t.value ->> 'type' = 'StepCompleted'",
    [run],
  );
  expect(rows).toEqual([{ count: 3 }]);
  await lossy.stop();
  await proxy.stop();
});

test("whoever waits is let go when the server stops, and work in hand can still be answered", async () => {
  const stopping = new Queues({ url: api.db.url, log: api.deps.log });
  const signal = new AbortController().signal;
  const waiting = stopping.claim("IdleService", { max: 1, waitMs: 20_000, signal });
  await expect.poll(() => stopping.waiting).toBe(1);
  stopping.drain();
  expect(await waiting).toEqual([]);
  await expect(stopping.claim("IdleService", { max: 1, waitMs: 0, signal })).rejects.toMatchObject({ status: 503 });
  const said = {
    id: newId(),
    lease: newId(),
    service: "IdleService",
    outcome: { kind: "success", result: null },
    sender: {},
  };
  expect(await stopping.answer(said as Parameters<Queues["answer"]>[0])).toBe("lease_lost");
  await stopping.stop();
});
