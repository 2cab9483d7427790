import { afterAll, beforeAll, expect, test } from "vitest";
import { auditPage, invited, personPage } from "@/contract/people";
import { firstStart } from "../auth/first-start";
import { password, startTestApi, type TestApi } from "../testing/api";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

const tokenOf = (url: string) => new URL(url).searchParams.get("token") ?? "";
const finish = (token: string, email: string, name = "Somebody") =>
  api.call(null, "POST", "/setup", { body: { token, name, email, password } });
const signIn = (email: unknown, given: unknown = password) =>
  api.call(null, "POST", "/api/auth/sign-in/email", { body: { email, password: given } });

test("the link of the first start makes the first admin, once", async () => {
  const { prisma, env, origin } = api.deps;
  const older = await firstStart(prisma, env, origin);
  const url = await firstStart(prisma, env, origin);
  expect((await api.call(null, "GET", `/setup?token=${tokenOf(older ?? "")}`)).status).toBe(410);
  const token = tokenOf(url ?? "");
  expect((await api.call(null, "GET", `/setup?token=${token}`)).body).toEqual({
    email: null,
    name: null,
    role: "admin",
  });
  const tries = await Promise.all([finish(token, "First@Example.com"), finish(token, "second@example.com")]);
  expect(tries.map(({ status }) => status).sort()).toEqual([201, 410]);
  const [made] = tries.filter(({ status }) => status === 201);
  const cookie = made?.headers.getSetCookie().join("; ") ?? "";
  expect(cookie).toMatch(/HttpOnly/);
  expect(cookie).toMatch(/SameSite=Lax/);
  expect((await api.call(null, "GET", "/me", { headers: { cookie } })).body).toMatchObject({
    role: "admin",
    via: "session",
  });
  expect(await firstStart(prisma, env, origin)).toBeNull();
});

test("no token, a wrong one and an expired one are all answered alike", async () => {
  const { body } = await api.call("admin", "POST", "/people", {
    body: { name: "Late", email: "late@example.com", role: "viewer" },
  });
  const token = tokenOf(invited.parse(body).url);
  await api.db.pool.query("update setup_link set expires_at = now() where email = 'late@example.com'");
  for (const bad of [token, "", "x", "x".repeat(200), token.toUpperCase()])
    expect((await finish(bad, "late@example.com")).body).toMatchObject({ status: 410, code: "setup_link_expired" });
});

test("an invitation is for one address and one role", async () => {
  const person = { name: "Nora", email: "Nora@Example.com", role: "operator" };
  const { status, body } = await api.call("admin", "POST", "/people", { body: person });
  expect(status).toBe(201);
  const token = tokenOf(body.url);
  expect((await finish(token, "other@example.com")).body).toMatchObject({ status: 422, path: "/email" });
  expect((await finish(token, "nora@example.com", "Nora")).status).toBe(201);
  expect((await finish(token, "nora@example.com")).status).toBe(410);
  expect((await api.call("admin", "POST", "/people", { body: person })).body.code).toBe("email_taken");
  const { rows } = await api.db.pool.query("select token_hash from setup_link");
  expect(rows.some(({ token_hash }) => token_hash.includes(token))).toBe(false);
  const people = personPage.parse((await api.call("admin", "GET", "/people")).body);
  expect(people.items).toContainEqual(expect.objectContaining({ email: "nora@example.com", role: "operator" }));
});

test("a short password is refused with its path", async () => {
  const { url } = (
    await api.call("admin", "POST", "/people", { body: { name: "P", email: "p@example.com", role: "viewer" } })
  ).body;
  const body = { token: tokenOf(url), name: "P", email: "p@example.com", password: "short" };
  expect((await api.call(null, "POST", "/setup", { body })).body).toMatchObject({ status: 400, path: "/password" });
});

test("a wrong password and an unknown person are answered alike", async () => {
  const { email } = await api.person("viewer");
  const wrong = await signIn(email, "wrong password");
  const unknown = await signIn("nobody@example.com", "wrong password");
  expect(wrong.status).toBe(401);
  expect(wrong.body).toEqual(unknown.body);
});

test.each([[{ startsWith: "" }], [["a"]], [1], [null], ["a\u0000@example.com"], ["x".repeat(300)]])(
  "%j is no e-mail address to sign in with",
  async (email) => {
    expect((await signIn(email)).status).toBe(400);
  },
);

test("a large password is refused before it is hashed", async () => {
  expect((await signIn("a@example.com", "x".repeat(100_000))).status).toBe(413);
});

test("the eleventh failed try is refused, for this person only", async () => {
  const { email } = await api.person("viewer");
  const { email: other } = await api.person("viewer");
  const tries = await Promise.all(Array.from({ length: 20 }, () => signIn(email, "wrong password")));
  const statuses = tries.map(({ status }) => status);
  expect(statuses.filter((status) => status === 401)).toHaveLength(10);
  expect(statuses.filter((status) => status === 429)).toHaveLength(10);
  const late = await signIn(email.toUpperCase());
  expect(late.status).toBe(429);
  expect(Number(late.headers.get("retry-after"))).toBeGreaterThan(0);
  expect((await signIn(other)).status).toBe(200);
});

test("signing in answers no token that a script could read", async () => {
  const { email } = await api.person("viewer");
  expect((await signIn(email)).body).toEqual({ ok: true });
  for (const path of ["get-session", "list-sessions", "sign-up/email", "update-user", "delete-user"]) {
    const { status } = await api.call("admin", "POST", `/api/auth/${path}`, { body: {} });
    expect(status).toBe(404);
  }
});

test("signing out ends the session", async () => {
  const { cookie } = await api.person("viewer");
  const headers = { cookie, origin: api.deps.origin };
  expect((await api.call(null, "POST", "/api/auth/sign-out", { body: {}, headers })).status).toBe(200);
  expect((await api.call(null, "GET", "/me", { headers })).status).toBe(401);
});

test("a changed role holds at once, and ends the old sessions", async () => {
  const { id, cookie } = await api.person("admin");
  expect((await api.call(null, "GET", "/people", { headers: { cookie } })).status).toBe(200);
  const changed = await api.call("admin", "PATCH", `/people/${id}`, { body: { role: "viewer" } });
  expect(changed.body.role).toBe("viewer");
  expect((await api.call(null, "GET", "/people", { headers: { cookie } })).status).toBe(401);
});

test("the last admin stays one, however two try at once to end each other", async () => {
  await api.db.pool.query(`update "user" set role = 'viewer'`);
  const [one, two] = [await api.person("admin"), await api.person("admin")];
  const demote = (id: string) => api.call("admin", "PATCH", `/people/${id}`, { body: { role: "viewer" } });
  const statuses = (await Promise.all([demote(one.id), demote(two.id)])).map(({ status }) => status);
  expect(statuses.sort()).toEqual([200, 409]);
  const { rows } = await api.db.pool.query(`select id from "user" where role = 'admin'`);
  expect(rows).toHaveLength(1);
  const disabled = await api.call("admin", "PATCH", `/people/${rows[0].id}`, { body: { disabled: true } });
  expect(disabled.body.code).toBe("last_admin");
});

test("a person who forgot gets a link that sets a new password and ends old sessions", async () => {
  const { id, email, cookie } = await api.person("designer");
  const { body } = await api.call("admin", "POST", `/people/${id}/link`);
  const renewed = { token: tokenOf(body.url), name: "Still me", email, password: "an entirely new password" };
  expect((await api.call(null, "POST", "/setup", { body: renewed })).status).toBe(201);
  expect((await api.call(null, "GET", "/me", { headers: { cookie } })).status).toBe(401);
  expect((await signIn(email)).status).toBe(401);
  expect((await signIn(email, renewed.password)).status).toBe(200);
});

test("keys are kept as hashes, shown once, and expire in the future only", async () => {
  const { body } = await api.call("admin", "POST", "/keys", { body: { name: "ci", role: "operator" } });
  expect(body.key).toMatch(/^sk_[\w-]{43}$/);
  const { rows } = await api.db.pool.query("select * from api_key");
  expect(JSON.stringify(rows)).not.toContain(body.key);
  const { body: list } = await api.call("admin", "GET", "/keys");
  expect(JSON.stringify(list)).not.toContain(body.key);
  expect(list.items[0]).toMatchObject({
    name: "ci",
    role: "operator",
    createdBy: "key:admin",
    prefix: body.key.slice(0, 8),
  });
  const past = { name: "x", role: "viewer", expiresAt: "2020-01-01T00:00:00Z" };
  expect((await api.call("admin", "POST", "/keys", { body: past })).body).toMatchObject({
    status: 422,
    path: "/expiresAt",
  });
});

test("the audit log says who did what, and holds no secret", async () => {
  const { body } = await api.call("admin", "GET", "/audit?limit=200");
  const { items } = auditPage.parse(body);
  const actions = new Set(items.map(({ action }) => action));
  for (const action of ["person.create", "person.invite", "person.change", "person.reset", "key.create"])
    expect(actions).toContain(action);
  expect(JSON.stringify(items)).not.toMatch(/sk_[\w-]{20}|"password"|token=/);
});

test("an unattended install makes its admin and key once, and leaves them alone after that", async () => {
  const { prisma, origin } = api.deps;
  const key = "an install key of any form 42";
  const env = { ...api.deps.env, admin: { email: "Ops@Example.com", password }, adminApiKey: key };
  await Promise.all([firstStart(prisma, env, origin), firstStart(prisma, env, origin)]);
  expect((await signIn("ops@example.com")).status).toBe(200);
  const headers = { authorization: `Bearer ${key.replaceAll(" ", "_")}` };
  expect((await api.call(null, "GET", "/me", { headers })).status).toBe(401);
  const usable = { ...env, adminApiKey: key.replaceAll(" ", "_") };
  await firstStart(prisma, usable, origin);
  await new Promise((resolve) => setTimeout(resolve, 2_100));
  expect((await api.call(null, "GET", "/me", { headers })).body).toMatchObject({ role: "admin", name: "Installation" });
  await firstStart(prisma, { ...usable, admin: { email: "ops@example.com", password: "changed password" } }, origin);
  expect((await signIn("ops@example.com")).status).toBe(200);
});

test("tries with nothing to show for them keep nobody else from using a link", async () => {
  const tries = Array.from({ length: 60 }, () => finish("x".repeat(43), "many@example.com"));
  expect(new Set((await Promise.all(tries)).map(({ status }) => status))).toEqual(new Set([410]));
  const body = { name: "Many", email: "many@example.com", role: "viewer" };
  const invited = await api.call("admin", "POST", "/people", { body });
  expect((await finish(tokenOf(invited.body.url), "many@example.com")).status).toBe(201);
});
