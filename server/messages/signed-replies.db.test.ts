import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { startTestApi, type TestApi } from "../testing/api";
import { createScriptedTransport } from "../testing/scripted-transport";
import { newSecretOf, type Signed, signed } from "../testing/signed";
import { publish, runWhen, stepOf } from "../testing/with-sagas";
import { newId } from "../uuid";

let api: TestApi;
let run: string;
let hotel: string;
let bank: string;
const services = createScriptedTransport();

beforeAll(async () => {
  services.script.set("HotelService.Book", "accepted").set("BankService.Pay", "accepted");
  api = await startTestApi({ transport: services });
  await publish(api, {
    saga: "Later",
    steps: [
      { id: "book", action: "HotelService.Book", compensation: "HotelService.Cancel" },
      { id: "pay", class: "irreversible", action: "BankService.Pay" },
      { id: "nap", kind: "wait", for: "P1D" },
    ],
  });
  hotel = await newSecretOf(api, "HotelService");
  bank = await newSecretOf(api, "BankService");
});
afterAll(() => api.stop());
beforeEach(async () => {
  run = (await api.call("operator", "POST", "/sagas/Later/runs", { body: { data: {} } })).body.id;
  await runWhen(api, run, (view) => stepOf(view, "book").action.open?.accepted === true);
});

type Changes = { readonly data?: object; readonly [field: string]: unknown };
const completed = ({ data = {}, ...more }: Changes = {}) => ({
  ...{ specversion: "1.0", id: newId(), source: "tests", type: "SagaStepCompleted", subject: run, ...more },
  data: { step_name: "book", ...data },
});
const post = ({ text, headers }: Signed) => api.call(null, "POST", "/replies", { text, headers });
const sendSigned = (secret: string, body: unknown) => post(signed(secret, body));
const when = (id: string, status: string) => runWhen(api, run, (view) => stepOf(view, id).status === status);

test("a signature lets a service answer for its own commands", async () => {
  expect((await sendSigned(hotel, completed({ data: { result: 1 } }))).status).toBe(202);
  await when("book", "completed");
  await when("pay", "executing");
  expect((await sendSigned(bank, [completed({ data: { step_name: "pay" } })])).status).toBe(202);
  await when("pay", "completed");
});

test("a signature is good for nobody else's commands", async () => {
  const pay = completed({ data: { step_name: "pay" } });
  expect((await sendSigned(hotel, pay)).status).toBe(401);
  expect((await sendSigned(hotel, [completed(), pay])).body).toMatchObject({
    status: 403,
    code: "other_service",
    path: "/1/data/step_name",
  });
  expect((await sendSigned(bank, [completed(), pay])).status).toBe(401);
});

test("a signature is refused alike whether a run, a step or a secret is missing, or the secret is another one", async () => {
  const nowhere = "01900000-0000-7000-8000-000000000000";
  const bodies = [
    completed({ subject: nowhere }),
    completed({ data: { step_name: "nope" } }),
    completed({ data: { step_name: "nap" } }),
    completed({ type: "SagaCompensationCompleted", data: { step_name: "pay" } }),
    {},
    [],
    null,
  ];
  const answers = await Promise.all([...bodies.map((body) => sendSigned(hotel, body)), sendSigned(bank, completed())]);
  expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
  expect(answers[0]).toMatchObject({ status: 401, body: { code: "unauthenticated" } });
});

test("a signature says what is wrong with the body to who has signed it", async () => {
  expect((await sendSigned(hotel, completed({ id: "" }))).body).toMatchObject({ status: 400, path: "/id" });
  const failure = completed({ type: "SagaStepFailed" });
  expect((await sendSigned(hotel, failure)).body).toMatchObject({ status: 422, code: "error_required" });
});

test("a signature is of the bytes that were sent, at this time, under this id", async () => {
  const { text, headers } = signed(hotel, completed());
  type Change = { readonly text?: string; readonly headers?: Record<string, string> };
  const answer = (changed: Change) => post({ text, ...changed, headers: { ...headers, ...changed.headers } });
  const refused: Change[] = [
    { text: text.replace("{", "{ ") },
    { text: `${text} ` },
    { headers: { "webhook-id": "another" } },
    { headers: { "webhook-timestamp": String(Number(headers["webhook-timestamp"]) - 1) } },
    { headers: { "webhook-signature": "v1," } },
    { headers: { "webhook-signature": "v1,!!!" } },
    { headers: { "webhook-signature": headers["webhook-signature"]?.replace("v1,", "v1a,") ?? "" } },
    { headers: { "webhook-id": "" } },
    { headers: { "webhook-timestamp": "1e20" } },
    { headers: { authorization: "Bearer sk_this_key_was_never_made_by_anybody" } },
  ];
  for (const each of refused) expect([each, (await answer(each)).status]).toEqual([each, 401]);
  for (const name of ["webhook-id", "webhook-timestamp", "webhook-signature"]) {
    const { [name]: _, ...some } = headers;
    expect((await post({ text, headers: some })).status).toBe(401);
  }
  const aside = (seconds: number) => signed(hotel, completed(), { at: new Date(Date.now() + seconds * 1_000) });
  for (const off of [-360, 360]) expect((await post(aside(off))).status).toBe(401);
  const old = headers["webhook-signature"];
  expect((await answer({ headers: { "webhook-signature": `v1,${"A".repeat(43)}= ${old}` } })).status).toBe(202);
  expect((await answer({})).body.results[0].status).toBe("duplicate");
});

test("a signature no longer counts once the secret was replaced, and never without one", async () => {
  const before = await newSecretOf(api, "HotelService");
  hotel = await newSecretOf(api, "HotelService");
  expect((await sendSigned(before, completed())).status).toBe(401);
  expect((await sendSigned(hotel, completed())).status).toBe(202);
  const { rows } = await api.db.pool.query("select secret from service where name = 'HotelService'");
  for (const broken of [null, Buffer.from([1, 2, 3]), Buffer.alloc(0)]) {
    await api.db.pool.query("update service set secret = $1 where name = 'HotelService'", [broken]);
    for (const secret of [hotel, `whsec_${Buffer.alloc(32).toString("base64")}`])
      expect((await sendSigned(secret, completed())).status).toBe(401);
  }
  await api.db.pool.query("update service set secret = $1 where name = 'HotelService'", [rows[0].secret]);
  expect((await sendSigned(hotel, completed())).status).toBe(202);
});

test("a signature uses up no ids of another service", async () => {
  const id = newId();
  await sendSigned(hotel, completed({ id, source: "shared" }));
  await when("pay", "executing");
  const pay = completed({ id, source: "shared", data: { step_name: "pay" } });
  expect((await sendSigned(bank, pay)).body.results[0].status).toBe("accepted");
});

test("a signature is nothing to any other route", async () => {
  const sent = signed(hotel, { signal: "Paid", run });
  expect((await api.call(null, "POST", "/signals", sent)).status).toBe(401);
  expect((await api.call(null, "POST", "/replies/", signed(hotel, completed()))).status).toBe(401);
});

test("a key of a viewer may not reply, and a signature beside it does not help", async () => {
  const secret = await newSecretOf(api, "HotelService");
  expect((await api.call("viewer", "POST", "/replies", { body: completed() })).status).toBe(403);
  expect((await api.call("viewer", "POST", "/replies", signed(secret, completed()))).status).toBe(403);
});
