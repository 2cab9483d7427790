import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasRole, type Role, role } from "@/contract/common";
import { startTestApi, type TestApi } from "../testing/api";
import { registerQueue } from "../testing/queued";
import type { Endpoint } from "./endpoint";
import { endpoints } from "./endpoints";

let api: TestApi;

/** A key of an admin that speaks for a service, and so does nothing that an admin does. */
let bound: string;

beforeAll(async () => {
  api = await startTestApi();
  await registerQueue(api, "BoundService");
  const wanted = { name: "bound", role: "admin", service: "BoundService" };
  bound = (await api.call("admin", "POST", "/keys", { body: wanted })).body.key;
});
afterAll(() => api.stop());

const somewhere = "01900000-0000-7000-8000-000000000000";

/** An address that fits the route and names nothing, so that who may do it does no harm. */
function pathOf({ method, path }: Pick<Endpoint, "method" | "path">): string {
  const place = path
    .replace("{id}", somewhere)
    .replace("{number}", "1")
    .replace(/\{\w+\}/g, "NoSuchThing");
  return `${place}${queries[`${method} ${path}`] ?? ""}`;
}

/** What must be said in the address, so that the use case itself is asked. */
const queries: Readonly<Record<string, string>> = { "delete /dead-letters/{id}": "?reason=a%20test" };

/** The least that gets past the shape of the body, so that the use case itself is asked. */
const bodies: Readonly<Record<string, unknown>> = {
  "put /sagas/{type}/draft": { document: { saga: "NoSuchThing" } },
  "post /sagas/{type}/versions": {},
  "post /sagas/{type}/runs": { data: {} },
  "post /runs/{id}/operations": { operation: "cancel", reason: "a test" },
  "post /runs/{id}/operations/plan": { operation: "cancel" },
  "post /runs/{id}/plan": { operation: "cancel" },
  "post /replies": {
    ...{ specversion: "1.0", id: "1", source: "test", type: "SagaStepCompleted", subject: somewhere },
    data: { step_name: "nothing" },
  },
  "post /events": { specversion: "1.0", id: "1", source: "test", type: "NothingHappened", data: {} },
  "post /signals": { signal: "Nothing", run: somewhere },
  "post /approvals/{id}/decision": { decision: "approve" },
  "put /services/{name}": { transport: { kind: "http", url: "http://example.com" } },
  "put /brokers/{name}": { kind: "nats", url: "nats://example.com", enabled: false },
  "post /brokers/{name}/test": {},
  "post /subscriptions": { name: "Nobody", target: { kind: "broker", broker: "nothing" } },
  "patch /subscriptions/{id}": { enabled: false },
  "post /people": { name: "Somebody", email: "somebody@example.com", role: "viewer" },
  "patch /people/{id}": { disabled: true },
  "post /keys": { name: "a key", role: "viewer" },
  "post /queues/{service}/claim": {},
  "post /queues/{service}/complete": { id: somewhere, lease: somewhere, result: null },
  "post /queues/{service}/fail": { id: somewhere, lease: somewhere, error: "a test" },
  "post /queues/{service}/heartbeat": { id: somewhere, lease: somewhere },
  "patch /demo/switches/{service}/{command}": { mode: "ok" },
  "post /demo/orders": {},
};

const routes = endpoints.map((each) => ({ name: `${each.method} ${each.path}`, each }));

describe.each(routes)("$name", ({ name, each }) => {
  const method = each.method.toUpperCase();
  const path = pathOf(each);
  const options = name in bodies ? { body: bodies[name] } : {};

  test("answers 401 to nobody, and to a key that is none", async () => {
    expect((await api.call(null, method, path, options)).status).toBe(401);
    const headers = { authorization: "Bearer sk_this_key_was_never_made_by_anybody" };
    expect((await api.call(null, method, path, { ...options, headers })).status).toBe(401);
  });

  test("answers 401 to a signature that is nobody's", async () => {
    const timestamp = String(Math.floor(Date.now() / 1_000));
    const headers = { "webhook-id": "1", "webhook-timestamp": timestamp, "webhook-signature": `v1,${"A".repeat(43)}=` };
    expect((await api.call(null, method, path, { ...options, headers })).status).toBe(401);
  });

  test("answers 403 to a key that is bound to a service, unless it is for services", async () => {
    const headers = { authorization: `Bearer ${bound}` };
    const { status, body } = await api.call(null, method, path, { ...options, headers });
    if (!each.signer) expect(body).toMatchObject({ status: 403, code: "key_bound" });
    else expect([403, 404]).toContain(status);
  });

  test.each(role.options)("asks %s for its role", async (held: Role) => {
    const { status, body } = await api.call(held, method, path, options);
    if (hasRole(held, each.role)) {
      expect([200, 201, 202, 204, 404, 409, 422, 428]).toContain(status);
    } else {
      expect(status).toBe(403);
      expect(body.code).toBe("role_needed");
      expect(body.detail).toContain(each.role);
    }
  });
});

test("every route with a body is tried with one", () => {
  const missing = routes.filter(({ name, each }) => each.body && !(name in bodies)).map(({ name }) => name);
  expect(missing).toEqual([]);
});

test.each([
  "/",
  "/runs/",
  "/configs",
  "/runs.json",
  "/runs;a=b",
  "/nothing",
  "/../v1/nothing",
  "/openapi.json",
  "/me/x.css",
])("answers 401 to nobody at %s, whatever it looks like", async (path) => {
  expect((await api.call(null, "GET", path)).status).toBe(401);
  expect((await api.call(null, "GET", `/api/v2${path}`)).status).toBe(401);
  expect((await api.call(null, "GET", `/api/auth${path}`)).status).toBe(401);
});

test("a revoked key is nobody at once", async () => {
  const made = await api.call("admin", "POST", "/keys", { body: { name: "short-lived", role: "viewer" } });
  const headers = { authorization: `Bearer ${made.body.key}` };
  expect((await api.call(null, "GET", "/me", { headers })).body).toMatchObject({ name: "short-lived", via: "key" });
  expect((await api.call("admin", "DELETE", `/keys/${made.body.id}`)).status).toBe(204);
  expect((await api.call(null, "GET", "/me", { headers })).status).toBe(401);
});

test("a key is used for the person behind it, through keys that made keys", async () => {
  const { email, cookie } = await api.person("admin");
  const make = (headers: Record<string, string>) =>
    api.call(null, "POST", "/keys", { body: { name: "made", role: "admin" }, headers });
  const bearer = (made: { body: { key: string } }) => ({ authorization: `Bearer ${made.body.key}` });
  const first = await make({ cookie, origin: api.deps.origin });
  const second = await make(bearer(first));
  for (const headers of [{ cookie }, bearer(first), bearer(second)])
    expect((await api.call(null, "GET", "/me", { headers })).body.person).toBe(email);
  const third = await make({ authorization: `Bearer ${api.key("admin")}` });
  expect((await api.call(null, "GET", "/me", { headers: bearer(third) })).body.person).toBeNull();
});

test("an expired key is nobody", async () => {
  const expiresAt = new Date(Date.now() + 60_000).toISOString();
  const made = await api.call("admin", "POST", "/keys", { body: { name: "expiring", role: "viewer", expiresAt } });
  await api.db.pool.query("update api_key set expires_at = now() where id = $1", [made.body.id]);
  const headers = { authorization: `Bearer ${made.body.key}` };
  expect((await api.call(null, "GET", "/me", { headers })).status).toBe(401);
});

test("a disabled person is nobody, and cannot sign in again", async () => {
  const { id, email, cookie } = await api.person("designer");
  expect((await api.call(null, "GET", "/me", { headers: { cookie } })).body).toMatchObject({ email, role: "designer" });
  expect((await api.call("admin", "PATCH", `/people/${id}`, { body: { disabled: true } })).status).toBe(200);
  expect((await api.call(null, "GET", "/me", { headers: { cookie } })).status).toBe(401);
  const body = { email, password: "a long enough password" };
  const again = await api.call(null, "POST", "/api/auth/sign-in/email", { body });
  expect(again.status).toBe(401);
  expect(again.headers.getSetCookie().join()).not.toMatch(/session_token=[^;]/);
});

test("a cookie writes only from our own pages", async () => {
  const { cookie } = await api.person("admin");
  const write = (headers: Record<string, string>) =>
    api.call(null, "POST", "/keys", { body: { name: "x", role: "viewer" }, headers: { cookie, ...headers } });
  expect((await write({})).body.code).toBe("foreign_origin");
  for (const origin of ["https://evil.example", "null", `${api.deps.origin}.evil.example`])
    expect((await write({ origin })).body.code).toBe("foreign_origin");
  expect((await write({ "sec-fetch-site": "cross-site", origin: "https://evil.example" })).status).toBe(403);
  expect((await write({ origin: api.deps.origin })).status).toBe(201);
  expect((await write({ "sec-fetch-site": "same-origin" })).status).toBe(201);
});

test("a foreign Origin is told nothing about sharing", async () => {
  const { headers } = await api.call("viewer", "GET", "/me", { headers: { origin: "https://evil.example" } });
  expect(headers.get("access-control-allow-origin")).toBeNull();
  expect(headers.get("cache-control")).toBe("no-store");
  expect(headers.get("x-content-type-options")).toBe("nosniff");
});
