import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { draft, sagaPage, version, versionPage } from "@/contract/sagas";
import { limits } from "@/engine/limits";
import { startTestApi, type TestApi } from "../testing/api";
import { orderSaga } from "../testing/definitions";
import { createScriptedTransport } from "../testing/scripted-transport";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi({ transport: createScriptedTransport() });
});
afterAll(() => api.stop());

const put = (type: string, body: unknown, ifMatch?: string) =>
  api.call("designer", "PUT", `/sagas/${type}/draft`, { body, headers: ifMatch ? { "if-match": ifMatch } : {} });
const publish = (type: string, body?: object) => api.call("designer", "POST", `/sagas/${type}/versions`, { body });

test("a draft is made without a revision and changed only with the one it was read with", async () => {
  const made = await put("Alpha", { document: orderSaga("Alpha") });
  expect(made.status).toBe(201);
  expect(made.headers.get("etag")).toBe('"1"');
  expect(draft.parse(made.body)).toMatchObject({
    revision: 1,
    title: "An order",
    latestVersion: 0,
    updatedBy: "key:designer",
  });
  const { cookie } = await api.person("designer");
  const headers = { cookie, origin: api.url };
  const unseen = await api.call(null, "PUT", "/sagas/Alpha/draft", { body: { document: orderSaga("Alpha") }, headers });
  expect(unseen.body).toMatchObject({ status: 428, revision: 1 });
  const saved = await put("Alpha", { document: { ...orderSaga("Alpha"), title: "Second" } }, '"1"');
  expect(saved.body).toMatchObject({ revision: 2, title: "Second" });
  const stale = await put("Alpha", { document: orderSaga("Alpha") }, '"1"');
  expect(stale.body).toMatchObject({ status: 412, code: "draft_conflict", revision: 2 });
  expect((await put("Alpha", { document: orderSaga("Alpha") }, 'W/"2"')).status).toBe(200);
  expect((await put("Alpha", { document: orderSaga("Alpha") }, "*")).body.revision).toBe(4);
  for (const bad of ["-1", "x", '"1", "2"', '"99999999999"'])
    expect((await put("Alpha", { document: orderSaga("Alpha") }, bad)).body.code).toBe("invalid_if_match");
});

test("a program that names no revision saves over whatever is there", async () => {
  await put("Deployed", { document: orderSaga("Deployed") });
  expect((await put("Deployed", { document: orderSaga("Deployed") })).body.revision).toBe(2);
});

test("of twenty who save over one revision, one does", async () => {
  await put("Race", { document: orderSaga("Race") });
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => put("Race", { document: orderSaga("Race") }, '"1"')),
  );
  const statuses = answers.map(({ status }) => status).sort();
  expect(statuses).toEqual([200, ...Array.from({ length: 19 }, () => 412)]);
});

test("of twenty who make one saga, one does", async () => {
  const answers = await Promise.all(Array.from({ length: 20 }, () => put("Born", { document: orderSaga("Born") })));
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  expect(answers.every(({ status }) => [200, 201, 412].includes(status))).toBe(true);
});

test("a draft may be wrong, and says how; it is not published", async () => {
  const cycle = {
    ...orderSaga("Wrong"),
    edges: [
      { from: "reserve", to: "pay" },
      { from: "pay", to: "reserve" },
    ],
  };
  const saved = await put("Wrong", { document: cycle });
  expect(saved.status).toBe(201);
  expect(saved.body.problems).toContainEqual(expect.objectContaining({ severity: "error", path: expect.any(String) }));
  const refused = await publish("Wrong");
  expect(refused.body).toMatchObject({ status: 422, code: "invalid_definition" });
  expect(refused.body.problems[0]).toMatchObject({
    code: expect.any(String),
    path: expect.any(String),
    message: expect.any(String),
  });
  expect((await api.call("viewer", "GET", "/sagas/Wrong/versions")).body.items).toEqual([]);
});

test.each<readonly [string, object]>([
  [
    "duplicate ids",
    {
      steps: [
        { id: "a", action: "S.C" },
        { id: "a", action: "S.C" },
      ],
    },
  ],
  ["an edge to nowhere", { edges: [{ from: "reserve", to: "nowhere" }] }],
  ["an unparsable expression", { exposure: "${1 +}" }],
  ["an unknown field", { surprise: true }],
  ["a step id that is none", { steps: [{ id: "__proto__", action: "S.C" }] }],
  ["no steps", { steps: [] }],
  ["an input schema that is none", { input: { type: "nonsense" } }],
])("%s cannot be published", async (_what, change) => {
  await put("Faulty", { document: { ...orderSaga("Faulty"), ...change } }, "*");
  await put("Faulty", { document: { ...orderSaga("Faulty"), ...change } });
  const { body } = await publish("Faulty");
  expect(body).toMatchObject({ status: 422, code: "invalid_definition" });
  expect(body.problems.length).toBeGreaterThan(0);
});

test("a document is named like its address", async () => {
  expect((await put("Other", { document: orderSaga("Alpha") })).body).toMatchObject({
    status: 422,
    path: "/document/saga",
  });
  expect((await put("Other", { document: [] })).body).toMatchObject({ status: 400, path: "/document" });
  for (const name of ["lower", "9nine", "With-Dash", "A".repeat(81), "%E2%80%AEX", "__proto__"])
    expect((await put(name, { document: { saga: decodeURIComponent(name) } })).body.code).toBe("invalid_name");
});

test("YAML goes in and comes out as it was written", async () => {
  const text = readFileSync("demo/definitions/order-fulfillment.yaml", "utf8");
  const headers = { "content-type": "application/yaml" };
  const saved = await api.call("designer", "PUT", "/sagas/OrderFulfillment/draft", { text, headers });
  expect(saved.status).toBe(201);
  expect(saved.body.problems.filter((problem: { severity: string }) => problem.severity === "error")).toEqual([]);
  const read = await api.call("viewer", "GET", "/sagas/OrderFulfillment/draft", {
    headers: { accept: "application/yaml" },
  });
  expect(read.headers.get("content-type")).toBe("application/yaml");
  expect(read.body).toBe(text);
  const alpha = await api.call("viewer", "GET", "/sagas/Alpha/draft", { headers: { accept: "text/yaml" } });
  expect(alpha.body).toContain("saga: Alpha");
});

test.each([
  "a: [",
  "a: &x [*x]",
  "%YAML 1.1\n---\na: 1",
  "saga: A\nsaga: B",
  "- [".repeat(5000),
  "",
  "!!js/function 'x'",
])("YAML %j is refused", async (text) => {
  const headers = { "content-type": "application/yaml" };
  const { status } = await api.call("designer", "PUT", "/sagas/Yaml/draft", { text: text.slice(0, 20_000), headers });
  expect([400, 422]).toContain(status);
});

test("a text that says something else than the document is refused", async () => {
  const refused = await put("Texted", { document: orderSaga("Texted"), text: "saga: Texted" });
  expect(refused.body).toMatchObject({ status: 422, code: "text_differs", path: "/text" });
  const document = orderSaga("Texted");
  expect((await put("Texted", { document, text: JSON.stringify(document, null, 1) })).status).toBe(201);
});

test("a draft of 1 MB is taken with its text, more is not", async () => {
  const sized = (characters: number) => {
    const document = { saga: "Large", title: "x", sample: "y".repeat(characters) };
    return { document, text: JSON.stringify(document) };
  };
  expect((await put("Large", sized(limits.definition - 100))).status).toBe(201);
  expect((await put("Large", sized(limits.definition), "*")).body).toMatchObject({ status: 400, path: "/text" });
  const { document } = sized(limits.draftBody);
  expect((await put("Large", { document }, "*")).body).toMatchObject({ status: 413, code: "body_too_large" });
});

test("a version is the draft as it was, for ever", async () => {
  const first = await publish("Alpha", { note: "The first" });
  expect(first.status).toBe(201);
  expect(version.parse(first.body)).toMatchObject({ number: 1, note: "The first", publishedBy: "key:designer" });
  expect((await publish("Alpha")).body).toMatchObject({ status: 409, code: "unchanged" });
  await put("Alpha", { document: { ...orderSaga("Alpha"), title: "Changed" } }, "*");
  expect((await publish("Alpha", { revision: 1 })).body).toMatchObject({ status: 412, code: "draft_conflict" });
  expect((await publish("Alpha")).body.number).toBe(2);
  expect((await api.call("viewer", "GET", "/sagas/Alpha/versions/1")).body).toEqual(first.body);
  const list = versionPage.parse((await api.call("viewer", "GET", "/sagas/Alpha/versions?limit=1")).body);
  expect(list.items.map(({ number }) => number)).toEqual([2]);
  const rest = await api.call("viewer", "GET", `/sagas/Alpha/versions?cursor=${list.next}`);
  expect(rest.body.items.map(({ number }: { number: number }) => number)).toEqual([1]);
  expect((await api.call("viewer", "GET", "/sagas/Alpha/versions/3")).body.code).toBe("version_not_found");
});

test("of two who publish at once, one does", async () => {
  await put("Twice", { document: orderSaga("Twice") });
  const statuses = (await Promise.all([publish("Twice"), publish("Twice")])).map(({ status }) => status);
  expect(statuses.sort()).toEqual([201, 409]);
});

test("the list says what changed since the last version", async () => {
  const changed = async () => {
    const { body } = await api.call("viewer", "GET", "/sagas");
    return sagaPage.parse(body).items.find(({ type }) => type === "Alpha")?.draftChanged;
  };
  expect(await changed()).toBe(false);
  await put("Alpha", { document: { ...orderSaga("Alpha"), title: "Again" } }, "*");
  expect(await changed()).toBe(true);
  await put("Alpha", { document: { ...orderSaga("Alpha"), title: "Changed" } }, "*");
  expect(await changed()).toBe(false);
});

test("only a saga that was never published can be deleted", async () => {
  expect((await api.call("designer", "DELETE", "/sagas/Alpha")).body).toMatchObject({ status: 409, code: "published" });
  expect((await api.call("designer", "DELETE", "/sagas/Race")).status).toBe(204);
  expect((await api.call("designer", "GET", "/sagas/Race/draft")).status).toBe(404);
  expect((await api.call("designer", "DELETE", "/sagas/Race")).status).toBe(404);
});
