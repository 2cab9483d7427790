import { afterAll, beforeAll, expect, test } from "vitest";
import { limits } from "@/engine/limits";
import { startTestApi, type TestApi } from "../testing/api";
import { drivenOrder } from "../testing/choreographies";
import { orderSaga } from "../testing/definitions";
import { createScriptedTransport } from "../testing/scripted-transport";
import { newSecretOf, signed } from "../testing/signed";
import { publish, runWhen, stepOf } from "../testing/with-sagas";
import { newId } from "../uuid";

/** Events over HTTP whose headers say what happened. */
let api: TestApi;
const services = createScriptedTransport();

beforeAll(async () => {
  services.script.set("StockService.Reserve", "accepted");
  api = await startTestApi({ transport: services });
  await publish(api, drivenOrder());
  await publish(api, orderSaga());
});
afterAll(() => api.stop());

type Headers = Readonly<Record<string, string>>;

const paid = (more: Headers = {}): Record<string, string> => ({
  ...{ "content-type": "application/json", "ce-specversion": "1.0", "ce-id": newId(), "ce-source": "Payment" },
  ...{ "ce-type": "Paid", ...more },
});
const tell = (headers: Headers, text = "{}", path = "/events") => api.call("operator", "POST", path, { text, headers });
const without = (headers: Headers, name: string) =>
  Object.fromEntries(Object.entries(headers).filter(([each]) => each !== name));

test("an event in binary mode begins a run, and is the same event as the structured one", async () => {
  const order = newId();
  const headers = paid({ "ce-type": "OrderCreated", "ce-source": "Shop%20%E2%82%AC", "ce-sequence": "7" });
  const data = { order, amount: 5 };
  const { status, body } = await tell(headers, JSON.stringify(data));
  expect({ status, body }).toMatchObject({ status: 202, body: { accepted: 1, results: [{ status: "started" }] } });
  const run = await runWhen(api, body.results[0].runs[0].run, () => true);
  expect(run).toMatchObject({ businessKey: order, startedBy: "key:operator", data });
  const event = { specversion: "1.0", id: headers["ce-id"], source: "Shop €", type: "OrderCreated", data };
  const again = await api.call("operator", "POST", "/events", { body: event });
  expect(again.body).toMatchObject({ accepted: 0, results: [{ status: "duplicate" }] });
});

test("what is wrong with it names the header", async () => {
  const order = JSON.stringify({ order: newId() });
  for (const name of ["ce-specversion", "ce-id", "ce-source", "ce-type"]) {
    const { body } = await tell(without(paid(), name), order);
    expect(body).toMatchObject({ status: 400, code: "invalid_request", path: name });
    expect(body.detail).toContain(`Header ${name}: `);
  }
  const bad: readonly [Headers, object][] = [
    [{ "ce-specversion": "0.3" }, { status: 400, path: "ce-specversion" }],
    [{ "ce-source": "" }, { status: 400, path: "ce-source" }],
    [{ "ce-id": "x".repeat(limits.key + 1) }, { status: 400, path: "ce-id" }],
    [{ "ce-id": "%" }, { status: 400, code: "invalid_header", path: "ce-id" }],
    [{ "ce-type": "NeverHeardOf" }, { status: 422, code: "unknown_event", path: "ce-type" }],
  ];
  for (const [headers, expected] of bad) expect((await tell(paid(headers), order)).body).toMatchObject(expected);
  const once = paid();
  expect((await tell(once, order)).status).toBe(202);
  const reused = await tell(once, JSON.stringify({ order: newId() }));
  expect(reused.body).toMatchObject({ status: 409, code: "event_reused", path: "ce-id" });
  expect((await tell(paid(), "{}")).body).toMatchObject({ status: 422, code: "no_correlation", path: "/data" });
});

test("data that is not JSON is refused", async () => {
  const refused: readonly [Headers, string, object][] = [
    [{ "content-type": "text/plain" }, "{}", { status: 415, code: "unsupported_media_type", path: "content-type" }],
    [{ "content-type": "application/xml" }, "<a/>", { status: 415, code: "unsupported_media_type" }],
    [{ "content-encoding": "gzip" }, "{}", { status: 415, code: "unsupported_encoding" }],
    [{}, "{", { status: 400, code: "invalid_json" }],
    [{}, `"${"x".repeat(limits.largestBody)}"`, { status: 413, code: "body_too_large" }],
  ];
  for (const [headers, text, expected] of refused)
    expect((await tell(paid(headers), text)).body).toMatchObject(expected);
});

test("a key that is bound to a service says it for that one, whatever the headers say", async () => {
  const made = await api.call("admin", "POST", "/keys", {
    body: { name: "bound", role: "operator", service: "Payment" },
  });
  const by = (headers: Headers) =>
    api.call(null, "POST", "/events", {
      text: JSON.stringify({ order: newId(), source: "Payment" }),
      headers: { ...headers, authorization: `Bearer ${made.body.key}` },
    });
  expect((await by(paid())).status).toBe(202);
  const other = await by(paid({ "ce-source": "Inventory" }));
  expect(other.body).toMatchObject({ status: 403, code: "other_service", path: "ce-source" });
});

test("a signature covers no headers: with them it is refused, and structured the same event is taken", async () => {
  const secret = await newSecretOf(api, "Payment");
  const data = { order: newId() };
  const inHeaders = signed(secret, data);
  const post = (headers: Headers, text: string) => api.call(null, "POST", "/events", { headers, text });
  const refused = await post({ ...inHeaders.headers, ...paid() }, inHeaders.text);
  expect(refused.body).toMatchObject({ status: 400, code: "signed_in_binary_mode" });
  expect(refused.body.detail).toContain("application/cloudevents+json");
  const event = { specversion: "1.0", id: newId(), source: "Payment", type: "Reserved", data };
  const { headers, text } = signed(secret, event);
  // Somebody between has put words beside what is signed.
  const forged = await post({ ...headers, ...paid() }, text);
  expect(forged.body.code).toBe("signed_in_binary_mode");
  const type = "application/cloudevents+json";
  const taken = await post({ ...headers, ...paid({ "ce-id": "forged", "content-type": type }) }, text);
  expect(taken.body).toMatchObject({ accepted: 1, results: [{ id: event.id }] });
});

test("without a key and without a signature it is 401", async () => {
  expect((await api.call(null, "POST", "/events", { text: "{}", headers: paid() })).status).toBe(401);
});

test("a reply in binary mode answers its step", async () => {
  const started = await api.call("operator", "POST", "/sagas/Order/runs", { body: { data: { order_id: newId() } } });
  const run: string = started.body.id;
  await runWhen(api, run, (view) => stepOf(view, "reserve").action.open?.accepted === true);
  const said = { "ce-source": "StockService", "ce-type": "SagaStepCompleted", "ce-subject": run };
  const reply = (headers: Headers) =>
    tell(paid(headers), JSON.stringify({ step_name: "reserve", result: { shelf: 7 } }), "/replies");
  expect((await reply({ ...said, "ce-type": "SagaStepDone" })).body).toMatchObject({ status: 400, path: "ce-type" });
  const nobody = { ...said, "ce-subject": newId() };
  expect((await reply(nobody)).body).toMatchObject({ status: 404, code: "run_not_found", path: "ce-subject" });
  expect((await reply(said)).body).toMatchObject({ accepted: 1 });
  const view = await runWhen(api, run, (each) => stepOf(each, "reserve").status === "completed");
  expect(stepOf(view, "reserve").result).toEqual({ shelf: 7 });
});
