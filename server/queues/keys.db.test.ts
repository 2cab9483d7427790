import { io } from "socket.io-client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestApi, type TestApi } from "../testing/api";
import { next, publishQueued, registerQueue, startRun } from "../testing/queued";
import { newSecretOf, signed } from "../testing/signed";
import { runWhen } from "../testing/with-sagas";
import { newId } from "../uuid";

/** Who may fetch and answer the work of which service, and with what. */
let api: TestApi;
const secrets = { mine: "", other: "" };
const keys = { mine: "", other: "" };

beforeAll(async () => {
  api = await startTestApi();
  await publishQueued(api, {
    saga: "Both",
    steps: [
      { id: "mine", class: "irreversible", action: "MineService.Do" },
      { id: "other", class: "irreversible", action: "OtherService.Do" },
    ],
  });
  const transport = { kind: "http", url: "http://127.0.0.1:9", allowPrivateNetwork: true };
  await api.call("admin", "PUT", "/services/CalledService", { body: { transport } });
  secrets.mine = await newSecretOf(api, "MineService");
  secrets.other = await newSecretOf(api, "OtherService");
  keys.mine = await bind("MineService");
  keys.other = await bind("OtherService");
});
afterAll(() => api.stop());

async function bind(service: string): Promise<string> {
  const made = await api.call("admin", "POST", "/keys", { body: { name: service, role: "viewer", service } });
  expect(made.body).toMatchObject({ service });
  return made.body.key;
}

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
const words = {
  claim: {},
  complete: { id: newId(), lease: newId(), result: null },
  fail: { id: newId(), lease: newId(), error: "no" },
  heartbeat: { id: newId(), lease: newId() },
};
const all = Object.entries(words) as [keyof typeof words, object][];

test.each(all)("%s is for the service, by its key or its signature, and for operators", async (word, body) => {
  const path = (service: string) => `/queues/${service}/${word}`;
  const allowed = word === "claim" ? 200 : 409;
  const asked = async (sent: Parameters<TestApi["call"]>[3], service = "MineService") => {
    const { status, body: answer } = await api.call(null, "POST", path(service), sent);
    return [status, status < 400 ? "done" : answer.code];
  };
  const done = [allowed, allowed === 200 ? "done" : "lease_lost"];
  expect(await asked({ body })).toEqual([401, "unauthenticated"]);
  expect(await asked({ body, headers: bearer("sk_this_key_was_never_made_by_anybody") })).toEqual([
    401,
    "unauthenticated",
  ]);
  expect(await asked({ body, headers: bearer(api.key("viewer")) })).toEqual([403, "role_needed"]);
  expect(await asked({ body, headers: bearer(api.key("operator")) })).toEqual(done);
  expect(await asked({ body, headers: bearer(keys.mine) })).toEqual(done);
  expect(await asked({ body, headers: bearer(keys.other) })).toEqual([403, "other_service"]);
  expect(await asked(signed(secrets.mine, body))).toEqual(done);
  expect(await asked(signed(secrets.other, body))).toEqual([401, "unauthenticated"]);
  expect(await asked(signed(secrets.mine, body), "NoService")).toEqual([401, "unauthenticated"]);
  expect(await asked({ body, headers: bearer(api.key("operator")) }, "NoService")).toEqual([404, "service_not_found"]);
  expect(await asked({ body, headers: bearer(keys.mine) }, "NoService")).toEqual([403, "other_service"]);
});

test("a signed heartbeat completes nothing, wherever else it is sent", async () => {
  const heartbeat = signed(secrets.mine, words.heartbeat);
  expect((await api.call(null, "POST", "/queues/MineService/heartbeat", heartbeat)).body.code).toBe("lease_lost");
  expect((await api.call(null, "POST", "/queues/MineService/complete", heartbeat)).body).toMatchObject({
    ...{ status: 400, code: "invalid_request", path: "/result" },
  });
});

test("nothing is fetched for a service that is reached in another way", async () => {
  const answer = await api.call("operator", "POST", "/queues/CalledService/claim", { body: {} });
  expect(answer.body).toMatchObject({ status: 409, code: "not_a_queue" });
});

test("a key is bound only to a service that there is, and says to which", async () => {
  const wanted = { name: "lost", role: "viewer", service: "NoService" };
  const refused = await api.call("admin", "POST", "/keys", { body: wanted });
  expect(refused.body).toMatchObject({ status: 422, code: "service_not_found", path: "/service" });
  const { body } = await api.call("admin", "GET", "/keys");
  const services = body.items.map(({ name, service }: { name: string; service: string | null }) => [name, service]);
  expect(services).toContainEqual(["MineService", "MineService"]);
  expect(services).toContainEqual(["operator", null]);
  const { rows } = await api.db.pool.query(
    "select detail from audit_entry where action = 'key.create' and target = 'MineService'",
  );
  expect(rows[0].detail).toMatchObject({ service: "MineService" });
});

test("a bound key sends replies of its own service, as the service's own word", async () => {
  const run = await startRun(api, "Both");
  await next(api, "MineService");
  const reply = (step: string) => ({
    ...{ specversion: "1.0", id: newId(), source: "tests", type: "SagaStepCompleted", subject: run },
    data: { step_name: step, result: 1 },
  });
  const send = (key: string, step: string) =>
    api.call(null, "POST", "/replies", { body: reply(step), headers: bearer(key) });
  expect((await send(keys.other, "mine")).body).toMatchObject({ status: 403, code: "other_service" });
  expect((await send(keys.mine, "mine")).status).toBe(202);
  await next(api, "OtherService");
  expect((await send(keys.mine, "other")).body).toMatchObject({ status: 403, code: "other_service" });
  expect((await send(keys.other, "other")).status).toBe(202);
  await runWhen(api, run, ({ state }) => state === "completed");
  const { rows } = await api.db.pool.query("select actor from saga_event where run = $1 and actor is not null", [run]);
  expect(rows).toEqual([{ actor: "key:operator" }]);
});

test("work answered by a key says whose only where it is not the service's own", async () => {
  const run = await startRun(api, "Both");
  const mine = await next(api, "MineService");
  const answer = (service: string, key: string, { id, lease }: { id: string; lease: string }) =>
    api.call(null, "POST", `/queues/${service}/complete`, { body: { id, lease, result: null }, headers: bearer(key) });
  expect((await answer("MineService", keys.mine, mine)).status).toBe(200);
  const other = await next(api, "OtherService");
  // The lease is not for another service's hands either, whoever they are.
  expect((await answer("MineService", api.key("operator"), other)).body.code).toBe("lease_lost");
  expect((await answer("OtherService", api.key("designer"), other)).status).toBe(200);
  await runWhen(api, run, ({ state }) => state === "completed");
  const { rows } = await api.db.pool.query(
    "select actor from saga_event where run = $1 and actor is not null order by seq",
    [run],
  );
  expect(rows).toEqual([{ actor: "key:operator" }, { actor: "key:designer" }]);
});

test("a bound key opens no socket", async () => {
  const socket = io(api.url, { transports: ["websocket"], reconnection: false, auth: { key: keys.mine } });
  const error = await new Promise<Error>((resolve) => socket.once("connect_error", resolve));
  expect(error.message).toBe("unauthenticated");
  socket.close();
});

test("a key bound to a service that was removed finds nothing to do", async () => {
  await registerQueue(api, "ShortService");
  const key = await bind("ShortService");
  const claim = () => api.call(null, "POST", "/queues/ShortService/claim", { body: {}, headers: bearer(key) });
  expect((await claim()).status).toBe(200);
  expect((await api.call("admin", "DELETE", "/services/ShortService")).status).toBe(204);
  expect((await claim()).body).toMatchObject({ status: 404, code: "service_not_found" });
});
