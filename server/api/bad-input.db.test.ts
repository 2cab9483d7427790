import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { limits } from "@/engine/limits";
import { startTestApi, type TestApi } from "../testing/api";
import { cloudEvent, drivenOrder } from "../testing/choreographies";
import { orderSaga } from "../testing/definitions";
import { createScriptedTransport } from "../testing/scripted-transport";
import { publish } from "../testing/with-sagas";
import { endpoints } from "./endpoints";

let api: TestApi;
const start = "/sagas/Order/runs";

beforeAll(async () => {
  api = await startTestApi({ transport: createScriptedTransport() });
  await publish(api, orderSaga());
});
afterAll(() => api.stop());

const runs = async () => Number((await api.db.pool.query("select count(*) from saga_run")).rows[0].count);

async function expectRefused(
  text: string | Uint8Array<ArrayBuffer>,
  expected: { status: number; code?: string; path?: string },
) {
  const before = await runs();
  const { status, body, headers } = await api.call("operator", "POST", start, { text });
  expect({ status, ...body }).toMatchObject(expected);
  expect(headers.get("content-type")).toBe("application/problem+json");
  expect(body).toMatchObject({ title: expect.any(String), detail: expect.any(String), status });
  expect(await runs()).toBe(before);
}

describe("a body that is no start", () => {
  test.each(["", " ", "null", "[]", '"x"', "123", "true", "{}", '{"data":1,"id":"x"}', '[{"data":{}},null]'])(
    "%s",
    (text) => expectRefused(text, { status: 400 }),
  );
  test.each(['{"data":', '{"data":{},}', "{'data':1}", "data: 1", "NaN", '{"data":NaN}', "[".repeat(1000)])(
    "%s",
    (text) => expectRefused(text.slice(0, 2000), { status: 400, code: "invalid_json" }),
  );
  test("UTF-16", () => expectRefused(Uint8Array.from(Buffer.from('{"data":{}}', "utf16le")), { status: 400 }));
  test("bytes that are no UTF-8", () =>
    expectRefused(Uint8Array.from([0x22, 0xff, 0xfe, 0x22]), { status: 400, code: "invalid_utf8" }));
  test.each([
    ["nul_character", '{"data":{"order_id":"\\u0000"}}', "/data/order_id"],
    ["lone_surrogate", '{"data":{"order_id":"\\ud800"}}', "/data/order_id"],
    ["number_out_of_range", '{"data":{"order_id":"a","amount":9007199254740993}}', "/data/amount"],
    ["number_out_of_range", '{"data":{"order_id":"a","amount":1e400}}', "/data/amount"],
    ["forbidden_key", '{"data":{"order_id":"a","__proto__":{}}}', "/data"],
    ["unknown_field", '{"data":{"order_id":"a"},"state":"completed"}', "/state"],
  ])("%s, with its path", (code, text, path) => expectRefused(text, { status: 400, code, path }));
  test("65 levels deep", () => {
    const deep = `{"data":${'{"a":'.repeat(64)}1${"}".repeat(64)}}`;
    return expectRefused(deep, { status: 400, code: "too_deep" });
  });
  test("20,000 levels deep", () =>
    expectRefused(`{"data":${"[".repeat(20_000)}${"]".repeat(20_000)}}`, { status: 400, code: "too_deep" }));
  test("300 KB", () =>
    expectRefused(JSON.stringify({ data: { order_id: "x".repeat(300_000) } }), {
      status: 413,
      code: "body_too_large",
    }));
  test.each([
    ["/data/order_id", { amount: 1 }],
    ["/data/order_id", { order_id: { startsWith: "" } }],
    ["/data/order_id", { order_id: ["a"] }],
    ["/data/amount", { order_id: "a", amount: -1 }],
    ["/data/amount", { order_id: "a", amount: "1" }],
    ["/data", []],
    ["/data", null],
  ])("data against the schema at %s", (path, data) =>
    expectRefused(JSON.stringify({ data }), { status: 422, code: "invalid_data", path }),
  );
  test("a batch with one bad item starts none", () =>
    expectRefused(JSON.stringify([{ data: { order_id: "a" } }, { data: {} }]), {
      status: 422,
      path: "/1/data/order_id",
    }));
});

test.each(["", " ", "null", "[]", '"x"', "123", "{}", "[null]", "[[]]", '{"id":"1"}', "{]", '{"data":1e999}'])(
  "a body that is no reply: %s",
  async (text) => {
    const { status, body } = await api.call("operator", "POST", "/replies", { text });
    expect({ status, ...body }).toMatchObject({ status: 400, code: expect.any(String), detail: expect.any(String) });
  },
);

describe("a body that is no event", () => {
  const event = { specversion: "1.0", id: "1", source: "shop", type: "OrderCreated", data: { order: "1" } };
  const { id: _, ...nameless } = event;
  const { type: __, ...typeless } = event;
  const tell = (body: unknown) => api.call("operator", "POST", "/events", { text: JSON.stringify(body) });

  test.each([
    [nameless, "/id"],
    [typeless, "/type"],
    [{ ...event, specversion: "0.3" }, "/specversion"],
    [{ ...event, source: "" }, "/source"],
    [{ ...event, data_base64: "AA==" }, "/data_base64"],
    [[event, typeless], "/1/type"],
  ])("%j at %s", async (body, path) => {
    expect((await tell(body)).body).toMatchObject({ status: 400, code: "invalid_request", path });
  });
  test.each([[[]], [null], ["x"], [{}], [[null]]])("%j", async (body) => {
    expect((await tell(body)).body).toMatchObject({ status: 400, code: "invalid_request" });
  });
  test("too many at once, too large", async () => {
    expect((await tell(Array.from({ length: limits.eventsAtOnce + 1 }, () => event))).status).toBe(400);
    const empty = JSON.stringify({ ...event, data: "" }).length;
    const fits = await tell({ ...event, data: "x".repeat(limits.largestBody - empty) });
    expect(fits.body).toMatchObject({ status: 422, code: "unknown_event" });
    const large = await tell({ ...event, data: "x".repeat(limits.largestBody - empty + 1) });
    expect(large.body).toMatchObject({ status: 413, code: "body_too_large" });
  });
});

test("a batch with one bad event tells none of them", async () => {
  await publish(api, drivenOrder({ input: { type: "object", required: ["order"] }, exposure: "${data.amount}" }));
  const before = await runs();
  const created = (data: Readonly<Record<string, unknown>>) => cloudEvent("OrderCreated", data);
  const good = created({ order: "good", amount: 1 });
  for (const [bad, expected] of [
    [cloudEvent("NeverHeardOf", {}), { status: 422, code: "unknown_event", path: "/1/type" }],
    [created({ amount: 1 }), { status: 422, code: "no_correlation", path: "/1/data" }],
    [created({ order: "1", amount: "much" }), { status: 422, code: "exposure", path: "/1/data" }],
    [
      { ...good, data: { order: "other", amount: 1 } },
      { status: 409, code: "event_reused", path: "/1/id" },
    ],
  ] as const) {
    const { body } = await api.call("operator", "POST", "/events", { body: [good, bad] });
    expect(body).toMatchObject(expected);
  }
  expect(await runs()).toBe(before);
  const { rows } = await api.db.pool.query("select 1 from saga_early_event");
  expect(rows).toEqual([]);
});

test("a chunked body without a length is cut off at the limit", async () => {
  const { port } = new URL(api.url);
  const answer = await new Promise<string>((resolve, reject) => {
    const socket = connect(Number(port), "127.0.0.1");
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk;
      if (text.includes("body_too_large")) socket.destroy();
    });
    socket.on("close", () => resolve(text));
    socket.on("error", () => (text ? resolve(text) : reject(new Error("the connection was lost without an answer"))));
    const head = ["Host: localhost", `Authorization: Bearer ${api.key("operator")}`, "Content-Type: application/json"];
    socket.write(`POST /api/v1${start} HTTP/1.1\r\n${head.join("\r\n")}\r\nTransfer-Encoding: chunked\r\n\r\n`);
    for (let i = 0; i < 40; i++) socket.write(`2800\r\n${"x".repeat(0x2800)}\r\n`);
  });
  expect(answer).toContain("413");
});

test.each([
  [undefined, "text/plain"],
  [undefined, "multipart/form-data; boundary=x"],
  [undefined, "application/json; charset=utf-16"],
  [undefined, ""],
  ["gzip", "application/json"],
])("content %s %s is refused with 415", async (encoding, type) => {
  const headers = { "content-type": type, ...(encoding ? { "content-encoding": encoding } : {}) };
  const { status } = await api.call("operator", "POST", start, { text: '{"data":{"order_id":"a"}}', headers });
  expect(status).toBe(415);
  for (const path of ["/replies", "/events"])
    expect((await api.call("operator", "POST", path, { text: "{}", headers })).status).toBe(415);
});

test("CloudEvents by their own media types are taken where they are expected, and nowhere else", async () => {
  for (const type of ["application/cloudevents+json", "application/cloudevents-batch+json; charset=utf-8"]) {
    const headers = { "content-type": type };
    for (const path of ["/replies", "/events"])
      expect((await api.call("operator", "POST", path, { text: "{}", headers })).status).toBe(400);
    expect((await api.call("operator", "POST", start, { text: "{}", headers })).status).toBe(415);
  }
});

test("a byte order mark, duplicate keys and awkward text are taken as they are", async () => {
  const awkward = "<img src=x onerror=alert(1)> ${7*7} {{7*7}} '; drop table saga_run; -- =cmd|'/C' \u202E\u200B";
  const text = `\uFEFF{"data":{"order_id":"first","order_id":${JSON.stringify(awkward)}}}`;
  const { status, body } = await api.call("operator", "POST", start, { text });
  expect(status).toBe(202);
  const run = await api.call("viewer", "GET", `/runs/${body.id}`);
  expect(run.body.businessKey).toBe(awkward);
});

describe("addresses and queries", () => {
  const nowhere = "01900000-0000-7000-8000-000000000000";
  test.each(["x", "..%2f", "%2e%2e%2f", "1".repeat(299), "%00", "%ff", `${nowhere}.`, nowhere, nowhere.toUpperCase()])(
    "run %s is 404 or 400, for every question",
    async (id) => {
      for (const [method, path, body] of [
        ["GET", "", undefined],
        ["GET", "/events", undefined],
        ["POST", "/operations", { operation: "cancel", reason: "x" }],
        ["POST", "/operations/plan", { operation: "cancel", reason: "x" }],
      ] as const) {
        const answer = await api.call("admin", method, `/runs/${id}${path}`, body ? { body } : {});
        expect([400, 404]).toContain(answer.status);
      }
    },
  );
  test("an unknown run says so", async () => {
    expect((await api.call("viewer", "GET", `/runs/${nowhere}`)).body.code).toBe("run_not_found");
    expect((await api.call("viewer", "GET", "/runs/not-a-uuid")).body.code).toBe("run_not_found");
  });
  test("an unknown saga says so", async () => {
    expect((await api.call("operator", "POST", "/sagas/Nope/runs", { body: { data: {} } })).body.code).toBe(
      "saga_not_found",
    );
    expect((await api.call("viewer", "GET", "/sagas/Nope/draft")).body.code).toBe("saga_not_found");
  });
  test.each([
    "limit=0",
    "limit=-1",
    "limit=100000",
    "limit=x",
    "cursor=x",
    "cursor=W10",
    "cursor=WyJ4Il0",
    "state=boss",
  ])("%s is refused", async (query) => {
    expect((await api.call("viewer", "GET", `/runs?${query}`)).status).toBe(400);
  });
  test.each([
    "q=%25",
    "q=_",
    "q=%5C",
    "q='%3B--",
    "q=%E2%80%AE",
    "saga=%27",
    "state=failed,completed",
    "attention=true&q=x",
    "attention=false",
  ])("%s is only text to search for", async (query) => {
    const { status, body } = await api.call("viewer", "GET", `/runs?${query}`);
    expect(status).toBe(200);
    if (query.startsWith("q=") || query.startsWith("saga=")) expect(body.items).toEqual([]);
  });
  test("NUL in a query is refused", async () => {
    expect((await api.call("viewer", "GET", "/runs?q=%00")).body).toMatchObject({ code: "nul_character", path: "/q" });
  });
  test("a method that a route does not have is 404, TRACE included", async () => {
    expect((await api.call("admin", "PATCH", "/runs")).status).toBe(404);
    expect((await api.call("admin", "DELETE", `/runs/${nowhere}`)).status).toBe(404);
  });
});

test.each([["x".repeat(256)], ["\u00e9"]])("Idempotency-Key %s is refused", async (key) => {
  const { status, body } = await api.call("operator", "POST", start, {
    body: { data: { order_id: "a" } },
    headers: { "idempotency-key": key },
  });
  expect({ status, ...body }).toMatchObject({ status: 400, code: "invalid_idempotency_key" });
});

describe("every string field refuses what is no string", () => {
  const routes = endpoints.filter((each) => each.body);
  const wrong = [{ startsWith: "" }, { not: "" }, ["a"], true, 1, null];
  const named = [
    ...["signal", "run", "saga", "businessKey", "decision", "comment", "source", "subject", "specversion", "type"],
    "name",
    "email",
    "role",
    "note",
    "reason",
    "operation",
    "text",
    "step",
    "evidence",
    "mode",
    "transport",
  ];
  test.each(routes.map((each) => [`${each.method} ${each.path}`, each] as const))("%s", async (_name, each) => {
    const path = each.path.replace("{id}", "01900000-0000-7000-8000-000000000000").replace(/\{\w+\}/g, "Nope");
    for (const field of named)
      for (const value of wrong) {
        const { status } = await api.call("admin", each.method.toUpperCase(), path, { body: { [field]: value } });
        expect(status).toBeGreaterThanOrEqual(400);
        expect(status).toBeLessThan(500);
      }
  });
});

test("data that the saga's own schema takes for ever to check is refused, and nobody else waits for it", async () => {
  const input = { type: "object", properties: { name: { type: "string", pattern: "^(a+)+$" } } };
  await publish(api, { saga: "Backtracking", input, steps: [{ id: "a", action: "Shop.Buy" }] });
  const data = { name: `${"a".repeat(60)}b` };
  const refused = await api.call("operator", "POST", "/sagas/Backtracking/runs", { body: { data } });
  expect(refused).toMatchObject({ status: 422, body: { code: "check_too_costly" } });
  expect((await api.call("operator", "POST", "/sagas/Backtracking/runs", { body: [{ data: {} }] })).status).toBe(202);
});
