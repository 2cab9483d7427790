import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { limits } from "@/engine/limits";
import { startTestApi, type TestApi } from "../testing/api";
import { cloudEvent, drivenOrder, observedOrder } from "../testing/choreographies";
import { createScriptedTransport } from "../testing/scripted-transport";
import { publish, runWhen, stepOf } from "../testing/with-sagas";
import { newId } from "../uuid";

let api: TestApi;
const services = createScriptedTransport();

beforeAll(async () => {
  api = await startTestApi({ transport: services });
  await publish(api, drivenOrder());
  await publish(api, observedOrder());
});
afterAll(() => api.stop());

type Body = unknown;
const tell = (body: Body) => api.call("operator", "POST", "/events", { body });
const told = async (body: Body) => {
  const { status, body: answer } = await tell(body);
  expect([status, answer]).toEqual([202, expect.anything()]);
  return answer;
};
const statuses = async (body: Body) =>
  (await told(body)).results.map(({ status }: { readonly status: string }) => status);
const isEnded = ({ state }: { readonly state: string }) => state === "completed" || state === "failed";
const callsOf = (key: string) =>
  services.calls.filter(({ input }) => (input as { key?: string }).key === key).map(({ command }) => command);

/** An event tells that a command has come: what it brought about is not sent for any more. */
const called = (key: string, command: string) => vi.waitFor(() => expect(callsOf(key)).toContain(command), 10_000);

async function begin(data: Readonly<Record<string, unknown>>): Promise<string> {
  const { results } = await told(cloudEvent("OrderCreated", data));
  expect(results).toMatchObject([{ status: "started", runs: [{ run: expect.any(String) }] }]);
  return results[0].runs[0].run;
}

describe("a choreography that is driven", () => {
  test("goes from the first event to its end", async () => {
    const order = newId();
    const run = await begin({ order, amount: 5 });
    for (const [command, type] of [
      ["Reserve", "Reserved"],
      ["Pay", "Paid"],
      ["Ship", "Shipped"],
    ] as const) {
      await called(order, command);
      expect(await statuses(cloudEvent(type, { order }))).toEqual(["delivered"]);
    }
    expect(await runWhen(api, run, isEnded)).toMatchObject({
      ...{ saga: "DrivenOrder", state: "completed", businessKey: order, attention: [], startedBy: "key:operator" },
    });
    expect(callsOf(order)).toEqual(["Reserve", "Pay", "Ship"]);
  });

  test("that cannot be paid releases what it has reserved, and ends clean", async () => {
    const order = newId();
    const run = await begin({ order, amount: 5 });
    await called(order, "Reserve");
    await told(cloudEvent("Reserved", { order }));
    await called(order, "Pay");
    await told(cloudEvent("PaymentFailed", { order }));
    expect(await runWhen(api, run, isEnded)).toMatchObject({ state: "failed", rollback: "clean", attention: [] });
    expect(callsOf(order)).toEqual(["Reserve", "Pay", "Release"]);
  });

  test("can be begun by hand, and finds the events that came before", async () => {
    const order = newId();
    expect(await statuses(cloudEvent("Reserved", { order }))).toEqual(["kept"]);
    const headers = { "idempotency-key": order };
    const start = () => api.call("operator", "POST", "/sagas/DrivenOrder/runs", { body: { data: { order } }, headers });
    const { status, body } = await start();
    expect(status).toBe(202);
    expect((await start()).body).toEqual(body);
    await runWhen(api, body.id, (run) => stepOf(run, "reserve").status === "completed");
    const again = await api.call("operator", "POST", "/sagas/DrivenOrder/runs", { body: { data: { order } } });
    expect(again.body).toMatchObject({ status: 409, code: "business_key_taken" });
  });

  test("takes what a service answers as an answer, and an event of its own besides", async () => {
    services.script.set("Inventory.Reserve", "accepted");
    const order = newId();
    const run = await begin({ order, amount: 5 });
    await runWhen(api, run, (view) => stepOf(view, "reserve").action.open?.accepted === true);
    const reply = { step_name: "reserve", error: "Sold out" };
    const sent = { ...cloudEvent("SagaStepFailed", reply), subject: run };
    expect((await api.call("operator", "POST", "/replies", { body: sent })).status).toBe(202);
    await runWhen(api, run, (view) => stepOf(view, "reserve").status === "failed");
    services.script.delete("Inventory.Reserve");
  });
});

describe("a choreography that is only watched", () => {
  test("is begun by nobody but its first event, and answered by nobody", async () => {
    const start = await api.call("operator", "POST", "/sagas/ObservedOrder/runs", { body: { data: {} } });
    expect(start.body).toMatchObject({ status: 409, code: "only_watched" });
    const run = await begin({ shop_order: newId() });
    const reply = { ...cloudEvent("SagaStepCompleted", { step_name: "reserve" }), subject: run };
    const { body } = await api.call("operator", "POST", "/replies", { body: reply });
    expect(body).toMatchObject({ status: 422, code: "only_watched" });
  });

  test("sends nothing, and says which undo is missing until it comes", async () => {
    await publish(api, observedOrder({ within: "PT0.2S" }));
    const shop_order = newId();
    const before = services.calls.length;
    const run = await begin({ shop_order });
    await told(["Reserved", "PaymentFailed", "OrderFailed"].map((type) => cloudEvent(type, { shop_order })));
    const missing = await runWhen(api, run, (view) => view.attention.length > 0);
    expect(missing.attention).toMatchObject([{ reason: "missing_compensation", step: "reserve" }]);
    await told(cloudEvent("Released", { shop_order }));
    const clean = await runWhen(api, run, (view) => isEnded(view) && view.rollback === "clean");
    expect(clean).toMatchObject({ state: "failed", attention: [] });
    expect(services.calls.length).toBe(before);
  });
});

test("the list of sagas says which are driven and which are only watched", async () => {
  await publish(api, { saga: "Conducted", steps: [{ id: "one", class: "irreversible", action: "Inventory.Reserve" }] });
  const { body } = await api.call("viewer", "GET", "/sagas");
  const shape = (type: string) => {
    const { style, mode, steps } = body.items.find((each: { readonly type: string }) => each.type === type);
    return [style, mode, steps];
  };
  expect(shape("DrivenOrder")).toEqual(["choreography", "drive", drivenOrder().reactions.length]);
  expect(shape("ObservedOrder")).toEqual(["choreography", "observe", observedOrder().reactions.length]);
  expect(shape("Conducted")).toEqual(["orchestration", null, 1]);
});

describe("which run an event belongs to", () => {
  test("several sagas may take one event, each by its own key", async () => {
    const { results } = await told(cloudEvent("OrderCreated", { order: newId(), shop_order: newId() }));
    const sagas = results[0].runs.map(({ saga }: { readonly saga: string }) => saga);
    expect(sagas.sort()).toEqual(["DrivenOrder", "ObservedOrder"]);
  });

  test("an event that nobody listens to, or that belongs to nobody's run, is refused with the reason", async () => {
    expect((await tell(cloudEvent("NeverHeardOf", { order: "1" }))).body).toMatchObject({
      ...{ status: 422, code: "unknown_event", path: "/type" },
    });
    const { body } = await tell([cloudEvent("Shipped", { order: newId() }), cloudEvent("Paid", { number: 1 })]);
    expect(body).toMatchObject({ status: 422, code: "no_correlation", path: "/1/data" });
    expect(body.detail).toContain("${event.data.order}");
    expect(body.detail).toContain("${event.data.shop_order}");
  });

  test("the same event again changes nothing, and another under its id is refused", async () => {
    const order = newId();
    const created = cloudEvent("OrderCreated", { order, amount: 1 });
    const { results } = await told([created, { ...created, time: "2026-01-01T00:00:00Z" }]);
    expect(results).toMatchObject([{ status: "started" }, { status: "duplicate", runs: results[0].runs }]);
    expect(await told(created)).toMatchObject({
      accepted: 0,
      results: [{ status: "duplicate", runs: results[0].runs }],
    });
    const reused = { ...created, data: { order, amount: 2 } };
    expect((await tell(reused)).body).toMatchObject({ status: 409, code: "event_reused", path: "/id" });
    expect((await tell([cloudEvent("Paid", { order }), created, reused])).body).toMatchObject({ path: "/2/id" });
    expect(await statuses(cloudEvent("Paid", { order }, { id: created.id, source: "another" }))).toEqual(["delivered"]);
  });

  test("an ended run still hears, and the event that begins one begins another", async () => {
    const order = newId();
    const first = await begin({ order, amount: 1 });
    await told(["Reserved", "Paid", "Shipped"].map((type) => cloudEvent(type, { order })));
    await runWhen(api, first, isEnded);
    const { results } = await told(cloudEvent("Paid", { order }));
    expect(results).toMatchObject([{ status: "delivered", runs: [{ run: first }] }]);
    const surprised = await runWhen(api, first, (run) => run.attention.length > 0);
    expect(surprised.attention).toMatchObject([{ reason: "unexpected_event", event: "Paid" }]);
    const second = await begin({ order, amount: 1 });
    expect(second).not.toBe(first);
    expect((await told(cloudEvent("Reserved", { order }))).results[0].runs).toEqual([
      { saga: "DrivenOrder", run: second },
    ]);
  });

  test("a run of an older version hears what only that version knows, and so does nobody else", async () => {
    const saga = { ...drivenOrder(), saga: "Changing", correlation: "${event.data.changing}" };
    await publish(api, saga);
    const [old, young] = [newId(), newId()];
    const run = await begin({ changing: old });
    const reactions = drivenOrder().reactions.map((each) =>
      each.id === "reserve" ? { ...each, expect: ["Held"] } : each.id === "pay" ? { ...each, on: "Held" } : each,
    );
    await publish(api, { ...saga, correlation: "${event.data.changed}", reactions });
    const { results } = await told(cloudEvent("Reserved", { changing: old }));
    expect(results).toMatchObject([{ status: "delivered", runs: [{ run }] }]);
    expect(await statuses(cloudEvent("Paid", { changing: old }))).toEqual(["delivered"]);
    expect(await statuses(cloudEvent("Reserved", { changing: newId() }))).toEqual(["ignored"]);
    expect(await statuses(cloudEvent("Paid", { changing: newId() }))).toEqual(["ignored"]);
    const { body } = await api.call("viewer", "GET", `/runs/${await begin({ changed: young })}`);
    expect(body.version).toBe(2);
    expect(await statuses(cloudEvent("Held", { changed: young }))).toEqual(["delivered"]);
  });
});

describe("events that come before their run", () => {
  test("are heard in the order in which they came, right after the start", async () => {
    const order = newId();
    const early = ["Reserved", "Paid"].map((type) => cloudEvent(type, { order }));
    expect(await statuses(early)).toEqual(["kept", "kept"]);
    expect((await told(early[0])).results).toEqual([{ id: early[0]?.id, status: "duplicate", runs: [] }]);
    const batch = [cloudEvent("Shipped", { order }), cloudEvent("OrderCreated", { order, amount: 1 })];
    const { results } = await told(batch);
    expect(results).toMatchObject([{ status: "delivered" }, { status: "started" }]);
    const run = results[1].runs[0].run;
    expect(await runWhen(api, run, isEnded)).toMatchObject({ state: "completed", attention: [] });
    expect(await told(early[0])).toMatchObject({ results: [{ status: "duplicate", runs: [{ run }] }] });
    expect(await heardBy(run)).toEqual(["OrderCreated", "Reserved", "Paid", "Shipped", "OrderFulfilled"]);
  });

  test("in any order are all heard, and come to the same end where services act by themselves", async () => {
    const types = ["OrderCreated", "Reserved", "Paid", "OrderFulfilled"];
    const ends = permutations(types).map(async (order) => {
      const shop_order = newId();
      for (const type of order) await told(cloudEvent(type, { shop_order }));
      const { rows } = await api.db.pool.query("select id from saga_run where business_key = $1", [shop_order]);
      expect(rows).toHaveLength(1);
      // It may have ended before the last of them was heard.
      const hasHeard = (run: Parameters<typeof isEnded>[0] & { choreography: { heard: unknown[] } }) =>
        isEnded(run) && run.choreography.heard.length === types.length;
      const { id, state, attention } = await runWhen(api, rows[0].id, hasHeard);
      return { state, attention, heard: [...(await heardBy(id))].sort() };
    });
    for (const end of await Promise.all(ends))
      expect(end).toEqual({ state: "completed", attention: [], heard: [...types].sort() });
  });

  test("are kept up to a number for each run", async () => {
    const order = newId();
    const many = Array.from({ length: limits.earlyEvents }, () => cloudEvent("Paid", { order }));
    expect(new Set(await statuses(many))).toEqual(new Set(["kept"]));
    expect((await tell(cloudEvent("Paid", { order }))).body).toMatchObject({ status: 422, code: "too_many_early" });
    expect(await statuses(many[0])).toEqual(["duplicate"]);
    expect(await statuses(cloudEvent("OrderCreated", { order, amount: 1 }))).toEqual(["started"]);
    expect(await statuses(cloudEvent("Paid", { order }))).toEqual(["delivered"]);
  });
});

async function heardBy(run: string): Promise<readonly string[]> {
  const { body } = await api.call("viewer", "GET", `/runs/${run}/events`);
  return body.events
    .filter(({ type }: { readonly type: string }) => type === "EventHeard")
    .map(({ event }: { readonly event: { readonly type: string } }) => event.type);
}

function permutations<T>(all: readonly T[]): readonly (readonly T[])[] {
  if (all.length < 2) return [all];
  return all.flatMap((one, i) => permutations(all.toSpliced(i, 1)).map((rest) => [one, ...rest]));
}

test("a thousand runs begin with one request", async () => {
  const orders = Array.from({ length: limits.eventsAtOnce }, () => newId());
  const { accepted, results } = await told(orders.map((order) => cloudEvent("OrderCreated", { order, amount: 1 })));
  expect(accepted).toBe(orders.length);
  const runs = new Set(results.map(({ runs: [each] }: { readonly runs: { readonly run: string }[] }) => each?.run));
  expect(runs.size).toBe(orders.length);
  const { rows } = await api.db.pool.query("select count(*)::int as n from saga_run where business_key = any($1)", [
    orders,
  ]);
  expect(rows).toEqual([{ n: orders.length }]);
});
