import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { operationPlan, operationResult, runEvents, runPage, runView } from "@/contract/runs";
import { startTestApi, type TestApi } from "../testing/api";
import { orderSaga } from "../testing/definitions";
import { createScriptedTransport, declined } from "../testing/scripted-transport";
import { publish, runWhen } from "../testing/with-sagas";

let api: TestApi;
const services = createScriptedTransport();

beforeAll(async () => {
  api = await startTestApi({ transport: services });
  await publish(api, orderSaga());
  await publish(api, { ...orderSaga("Unique"), businessKeyUnique: true });
});
afterAll(() => api.stop());
beforeEach(() => services.script.clear());

const start = (body: unknown, headers = {}, saga = "Order") =>
  api.call("operator", "POST", `/sagas/${saga}/runs`, { body, headers });
const operate = (id: string, body: object, headers = {}) =>
  api.call("operator", "POST", `/runs/${id}/operations`, { body: { reason: "a test", ...body }, headers });
const ended = (run: { state: string }) => run.state === "completed" || run.state === "failed";
const needsSomebody = (run: { attention: unknown[] }) => run.attention.length > 0;

/** A run that holds because its undo of `reserve` was declined. */
async function heldRun(order: string): Promise<string> {
  services.script.set("PayService.Charge", declined).set("StockService.Release", declined);
  const { body } = await start({ data: { order_id: order, amount: 12.5 } });
  await runWhen(api, body.id, needsSomebody);
  return body.id;
}

describe("a start", () => {
  test("is answered with its address and runs to its end", async () => {
    const { status, body, headers } = await start({ data: { order_id: "o-1", amount: 3 } });
    expect(status).toBe(202);
    expect(headers.get("location")).toBe(`/api/v1/runs/${body.id}`);
    const run = await runWhen(api, body.id, ended);
    expect(runView.parse(run)).toMatchObject({
      saga: "Order",
      version: 1,
      state: "completed",
      businessKey: "o-1",
      exposure: 3,
      startedBy: "key:operator",
      steps: [{ id: "reserve", status: "completed", result: { done: "Reserve" } }, { id: "pay" }],
    });
  });

  test("with one key is one run, a hundred times at once", async () => {
    const headers = { "idempotency-key": "hundred" };
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => start({ data: { order_id: "o-hundred" } }, headers)),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    const { rows } = await api.db.pool.query(
      "select count(*)::int as runs from saga_run where business_key = 'o-hundred'",
    );
    expect(rows[0].runs).toBe(1);
  });

  test("with a used key and another body is 409, and somebody else's key is another key", async () => {
    const headers = { "idempotency-key": "mine" };
    const first = await start({ data: { order_id: "o-2" } }, headers);
    expect((await start({ data: { order_id: "o-3" } }, headers)).body).toMatchObject({
      status: 409,
      code: "key_reused",
    });
    const reordered = await api.call("operator", "POST", "/sagas/Order/runs", {
      text: '{ "data" : {"order_id":"o-2"}}',
      headers,
    });
    expect(reordered.body.id).toBe(first.body.id);
    const other = await api.call("admin", "POST", "/sagas/Order/runs", {
      body: { data: { order_id: "o-4" } },
      headers,
    });
    expect(other.status).toBe(202);
  });

  test("of a batch answers ids in order, and repeats them", async () => {
    const batch = Array.from({ length: 50 }, (_, i) => ({ data: { order_id: `batch-${i}` } }));
    const headers = { "idempotency-key": "batch" };
    const { status, body } = await start(batch, headers);
    expect(status).toBe(202);
    expect(body.ids).toHaveLength(50);
    expect(body.id).toBe(body.ids[0]);
    const { rows } = await api.db.pool.query("select id, business_key from saga_run where business_key like 'batch-%'");
    const keys = new Map(rows.map((row) => [row.id, row.business_key]));
    expect(body.ids.map((id: string) => keys.get(id))).toEqual(batch.map(({ data }) => data.order_id));
    expect((await start(batch, headers)).body).toEqual(body);
  });

  test("with a business key that a live run has is 409", async () => {
    services.script.set("PayService.Charge", "accepted");
    expect((await start({ data: { order_id: "u-1" } }, {}, "Unique")).status).toBe(202);
    const again = await start({ data: { order_id: "u-1" } }, {}, "Unique");
    expect(again.body).toMatchObject({ status: 409, code: "business_key_taken" });
    const batch = await start([{ data: { order_id: "u-2" } }, { data: { order_id: "u-1" } }], {}, "Unique");
    expect(batch.body).toMatchObject({ status: 409, path: "/1/data", ids: [expect.any(String), null] });
  });

  test("of a saga without a version is 409", async () => {
    await api.call("designer", "PUT", "/sagas/Draft/draft", { body: { document: { saga: "Draft" } } });
    expect((await start({ data: {} }, {}, "Draft")).body).toMatchObject({ status: 409, code: "not_published" });
  });
});

describe("operations", () => {
  test("a failed undo is planned, retried and ends clean", async () => {
    const id = await heldRun("held-1");
    services.script.clear();
    const plan = await api.call("operator", "POST", `/runs/${id}/operations/plan`, {
      body: { operation: "retryCompensation", step: "reserve" },
    });
    expect(operationPlan.parse(plan.body)).toMatchObject({ undos: [{ step: "reserve", command: "Release" }] });
    const { status, body } = await operate(id, { operation: "retryCompensation", step: "reserve", seq: plan.body.seq });
    expect(status).toBe(200);
    expect(operationResult.parse(body).seq).toBe(plan.body.seq + 1);
    expect(await runWhen(api, id, ended)).toMatchObject({ state: "failed", rollback: "clean" });
  });

  test("what does not fit is 409 with the state as it is", async () => {
    const id = await heldRun("held-2");
    expect((await operate(id, { operation: "resume" })).body).toMatchObject({ status: 409, state: "compensating" });
    const plan = await api.call("operator", "POST", `/runs/${id}/plan`, {
      body: { operation: "skip", step: "pay", reason: "x" },
    });
    expect(plan.body).toMatchObject({ status: 409, state: "compensating" });
    expect((await operate(id, { operation: "pause", seq: 1 })).body).toMatchObject({ status: 409, code: "stale_plan" });
  });

  test("who did what and why is in the run's log", async () => {
    const id = await heldRun("held-3");
    const reason = "The warehouse said so";
    const done = await operate(id, { operation: "markCompensated", step: "reserve", evidence: "ticket 7", reason });
    expect(done.status).toBe(200);
    const { body } = await api.call("viewer", "GET", `/runs/${id}/events`);
    expect(runEvents.parse(body).events).toContainEqual(
      expect.objectContaining({
        type: "OperationAccepted",
        actor: "key:operator",
        operation: expect.objectContaining({ reason, evidence: "ticket 7" }),
      }),
    );
  });

  test("once with the same key, however often it is asked", async () => {
    const id = await heldRun("held-4");
    const headers = { "idempotency-key": "note-once" };
    const answers = await Promise.all([1, 2, 3].map(() => operate(id, { operation: "note", reason: "seen" }, headers)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    const { body } = await api.call("viewer", "GET", `/runs/${id}/events`);
    expect(body.events.filter((event: { type: string }) => event.type === "OperationAccepted")).toHaveLength(1);
    expect((await operate(id, { operation: "note", reason: "other" }, headers)).body.code).toBe("key_reused");
  });

  test("a field at fault is named", async () => {
    const id = await heldRun("held-5");
    const path = (body: object) => operate(id, body).then((answer) => [answer.status, answer.body.path]);
    expect(await path({ operation: "explode" })).toEqual([400, "/operation"]);
    expect(await path({ operation: "cancel", reason: "" })).toEqual([400, "/reason"]);
    expect(await path({ operation: "cancel", extra: 1 })).toEqual([400, "/extra"]);
    expect(await path({ operation: "skip", step: "nope" })).toEqual([404, "/step"]);
    expect(await path({ operation: "markCompensated", step: "reserve" })).toEqual([422, "/evidence"]);
  });
});

describe("lists", () => {
  test("page through all runs once, newest first", async () => {
    const seen: string[] = [];
    let cursor = "";
    do {
      const { body } = await api.call("viewer", "GET", `/runs?limit=7&cursor=${cursor}`);
      const page = runPage.parse(body);
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.next ?? "";
    } while (cursor !== "");
    const { rows } = await api.db.pool.query("select id from saga_run order by id desc");
    expect(seen).toEqual(rows.map(({ id }) => id));
  });

  test("find by beginning of the business key, by id and by error", async () => {
    const id = await heldRun("find_me-1");
    const found = (q: string) =>
      api
        .call("viewer", "GET", `/runs?q=${encodeURIComponent(q)}`)
        .then(({ body }) => body.items.map((run: { id: string }) => run.id));
    expect(await found("find_me")).toEqual([id]);
    expect(await found("find%me")).toEqual([]);
    expect(await found(id.toUpperCase())).toEqual([id]);
    expect(await found("declined")).toContain(id);
    expect(await found("nothing like it")).toEqual([]);
  });

  test("attention, the oldest need first, is what the counters count", async () => {
    await heldRun("late-1");
    await heldRun("late-2");
    const first = await api.call("viewer", "GET", "/runs?attention=true&limit=2");
    const rest = await api.call("viewer", "GET", `/runs?attention=true&cursor=${first.body.next}`);
    const needs = [...first.body.items, ...rest.body.items];
    const since = needs.map((run) => run.attention[0].since);
    expect(since).toEqual([...since].sort());
    expect(needs.every((run) => run.attention[0].reason === "compensation_failed")).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    const { body } = await api.call("viewer", "GET", "/runs/counts");
    expect(body).toMatchObject({ attention: needs.length, byState: { compensating: needs.length } });
    expect(body.atStake).toBe(needs.reduce((sum, run) => sum + run.exposure, 0));
  });

  test("by saga and by several states", async () => {
    const { body } = await api.call("viewer", "GET", "/runs?saga=Order&state=completed,compensating&limit=200");
    const states = new Set(body.items.map((run: { state: string }) => run.state));
    expect(states).toEqual(new Set(["completed", "compensating"]));
    expect(body.items.every((run: { saga: string }) => run.saga === "Order")).toBe(true);
  });

  test("the sagas' list tells what their runs do", async () => {
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    const { body } = await api.call("viewer", "GET", "/sagas");
    const order = body.items.find((saga: { type: string }) => saga.type === "Order");
    expect(order.counts.completed).toBeGreaterThan(50);
    expect(order.lastFailure).toMatchObject({ code: "declined", step: "pay" });
  });

  test("events page by decision", async () => {
    const { body: begun } = await start({ data: { order_id: "events" } });
    const run = await runWhen(api, begun.id, ended);
    const first = await api.call("viewer", "GET", `/runs/${begun.id}/events?limit=1`);
    expect(first.body.next).toBe(1);
    const rest = await api.call("viewer", "GET", `/runs/${begun.id}/events?after=1`);
    expect(rest.body.next).toBeNull();
    expect(rest.body.events.at(-1)).toMatchObject({ type: "RunCompleted", seq: run.seq });
    expect(rest.body.events.every((event: { seq: number }) => event.seq > 1)).toBe(true);
  });
});
