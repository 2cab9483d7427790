import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { signalResult } from "@/contract/messages";
import { startTestApi, type TestApi } from "../testing/api";
import { createScriptedTransport } from "../testing/scripted-transport";
import { publish, runWhen, stepOf } from "../testing/with-sagas";

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi({ transport: createScriptedTransport() });
  const steps = [
    { id: "paid", kind: "signal", signal: "Paid" },
    { id: "packed", kind: "signal", signal: "Packed" },
  ];
  await publish(api, { saga: "Waiting", businessKey: "${data.order}", steps });
  await publish(api, { saga: "Other", businessKey: "${data.order}", steps });
});
afterAll(() => api.stop());

async function start(order: string, saga = "Waiting"): Promise<string> {
  return (await api.call("operator", "POST", `/sagas/${saga}/runs`, { body: { data: { order } } })).body.id;
}
const send = (body: object, headers = {}) => api.call("operator", "POST", "/signals", { body, headers });
const ended = (run: { state: string }) => run.state === "completed" || run.state === "failed";
const logOf = async (run: string, type: string) =>
  (await api.call("viewer", "GET", `/runs/${run}/events`)).body.events.filter(
    (each: { type: string }) => each.type === type,
  );

describe("a signal", () => {
  test("by run is the result of the step that waits for it", async () => {
    const run = await start("s-1");
    const { status, body } = await send({ signal: "Paid", run: run.toUpperCase(), data: { amount: 3 } });
    expect(status).toBe(200);
    expect(signalResult.parse(body).run).toBe(run);
    const view = await runWhen(api, run, (each) => each.seq >= body.seq);
    expect(stepOf(view, "paid")).toMatchObject({ status: "completed", result: { amount: 3 } });
  });

  test("that comes early is kept, and taken in order", async () => {
    const run = await start("s-2");
    for (const data of [1, 2]) expect((await send({ signal: "Packed", run, data })).status).toBe(200);
    expect((await api.call("viewer", "GET", `/runs/${run}`)).body.signals).toMatchObject([{ data: 1 }, { data: 2 }]);
    await send({ signal: "Paid", run });
    const view = await runWhen(api, run, ended);
    expect(view.steps.map((step: { result: unknown }) => step.result)).toEqual([null, 1]);
  });

  test("by business key is for the only live run of that saga", async () => {
    const [run] = [await start("s-3"), await start("s-3", "Other")];
    const { status, body } = await send({ signal: "Paid", saga: "Waiting", businessKey: "s-3", data: 1 });
    expect({ status, run: body.run }).toEqual({ status: 200, run });
    await send({ signal: "Packed", run });
    await runWhen(api, run, ended);
    const gone = await send({ signal: "Paid", saga: "Waiting", businessKey: "s-3" });
    expect(gone.body).toMatchObject({ status: 404, code: "run_not_found", path: "/businessKey" });
    const next = await start("s-3");
    expect((await send({ signal: "Paid", saga: "Waiting", businessKey: "s-3" })).body.run).toBe(next);
  });

  test("for several live runs is for none of them, and they are named", async () => {
    const runs = [await start("s-4"), await start("s-4")];
    const { body } = await send({ signal: "Paid", saga: "Waiting", businessKey: "s-4" });
    expect(body).toMatchObject({ status: 409, code: "several_runs", path: "/businessKey" });
    expect([...body.ids].sort()).toEqual(runs);
    for (const run of runs) expect(await logOf(run, "SignalReceived")).toEqual([]);
  });

  test("to a run that has ended is 409, and says so in its log", async () => {
    const run = await start("s-5");
    await api.call("operator", "POST", `/runs/${run}/operations`, {
      body: { operation: "terminate", reason: "a test" },
    });
    const { body } = await send({ signal: "Paid", run });
    expect(body).toMatchObject({ status: 409, code: "run_ended", state: "failed" });
    expect(await logOf(run, "SignalRefused")).toHaveLength(1);
  });
});

describe("the same Idempotency-Key", () => {
  test("sends one signal, ten times at once", async () => {
    const run = await start("k-1");
    const headers = { "idempotency-key": "k-1" };
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => send({ signal: "Packed", run, data: 1 }, headers)),
    );
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.seq}`)).size).toBe(1);
    expect(await logOf(run, "SignalReceived")).toHaveLength(1);
    expect((await send({ signal: "Packed", run, data: 2 }, headers)).body.code).toBe("key_reused");
    const other = await start("k-1");
    expect((await send({ signal: "Packed", run: other, data: 1 }, headers)).body.code).toBe("key_reused");
  });

  test("means the run that it meant at first, whoever has the business key by now", async () => {
    const run = await start("k-2");
    const headers = { "idempotency-key": "k-2" };
    const paid = { signal: "Paid", saga: "Waiting", businessKey: "k-2" };
    const first = await send(paid, headers);
    await send({ signal: "Packed", run });
    await runWhen(api, run, ended);
    expect((await send(paid, headers)).body).toEqual(first.body);
    const next = await start("k-2");
    expect((await send(paid, headers)).body).toEqual(first.body);
    expect(await logOf(next, "SignalReceived")).toEqual([]);
  });
});

test.each<[number, string, string, object]>([
  [422, "address_required", "/run", { signal: "Paid" }],
  [422, "address_required", "/businessKey", { signal: "Paid", saga: "Waiting" }],
  [422, "address_required", "/saga", { signal: "Paid", businessKey: "x" }],
  [422, "address_twice", "/run", { signal: "Paid", run: "x", saga: "Waiting", businessKey: "x" }],
  [404, "run_not_found", "/run", { signal: "Paid", run: "x" }],
  [404, "run_not_found", "/run", { signal: "Paid", run: "01900000-0000-7000-8000-000000000000" }],
  [404, "saga_not_found", "", { signal: "Paid", saga: "Nope", businessKey: "x" }],
  [404, "run_not_found", "/businessKey", { signal: "Paid", saga: "Waiting", businessKey: "' or 1=1 --" }],
  [400, "invalid_request", "/signal", { signal: "", run: "x" }],
  [400, "invalid_request", "/signal", { signal: "x".repeat(81), run: "x" }],
  [400, "invalid_request", "/run", { signal: "Paid", run: { not: "" } }],
  [400, "invalid_request", "/businessKey", { signal: "Paid", saga: "Waiting", businessKey: ["x"] }],
  [400, "unknown_field", "/step", { signal: "Paid", run: "x", step: "paid" }],
  [400, "nul_character", "/businessKey", { signal: "Paid", saga: "Waiting", businessKey: "\0" }],
])("%i %s at %s", async (status, code, path, body) => {
  const answer = await send(body);
  expect({ path: "", ...answer.body }).toMatchObject({ status, code, path });
});

test("a signal that no step of the saga waits for is a mistake, and not kept", async () => {
  const run = await start("m-1");
  const { body } = await send({ signal: "Payed", run });
  expect(body).toMatchObject({ status: 422, code: "unknown_signal", path: "/signal" });
  expect(await logOf(run, "SignalReceived")).toEqual([]);
});

test("a viewer's is refused", async () => {
  const body = { signal: "Paid", run: await start("v-1") };
  expect((await api.call("viewer", "POST", "/signals", { body })).body).toMatchObject({ code: "role_needed" });
});
