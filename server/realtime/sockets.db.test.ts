import { connect } from "node:net";
import { io, type Socket } from "socket.io-client";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { ClientToServer, JoinAnswer, ServerToClient } from "@/contract/socket";
import type { LogEntry } from "@/engine/run/transition";
import { startTestApi, type TestApi } from "../testing/api";
import { orderSaga } from "../testing/definitions";
import { createScriptedTransport } from "../testing/scripted-transport";
import { publish, runWhen } from "../testing/with-sagas";

type Client = Socket<ServerToClient, ClientToServer>;

let api: TestApi;
const services = createScriptedTransport();
const opened: Client[] = [];

beforeAll(async () => {
  api = await startTestApi({ transport: services });
  await publish(api, orderSaga());
});
afterAll(() => api.stop());
afterEach(() => {
  for (const socket of opened.splice(0)) socket.disconnect();
  services.script.clear();
});

type Options = { readonly headers?: Record<string, string>; readonly key?: string; readonly transports?: ["polling"] };

function open({ headers = {}, key, transports }: Options): Client {
  const socket: Client = io(api.url, {
    transports: transports ?? ["websocket"],
    extraHeaders: headers,
    reconnection: false,
    forceNew: true,
    ...(key === undefined ? {} : { auth: { key } }),
  });
  opened.push(socket);
  return socket;
}

const outcome = (socket: Client) =>
  new Promise<string>((resolve) => {
    if (socket.connected) resolve("connected");
    socket.on("connect", () => resolve("connected"));
    socket.on("connect_error", (error) => resolve(error.message));
  });
const ended = (socket: Client) => new Promise<string>((resolve) => void socket.on("disconnect", resolve));
const join = (socket: Client, run: string) =>
  new Promise<JoinAnswer>((resolve) => void socket.emit("run:join", { run }, resolve));
const start = async (order: string) =>
  (await api.call("operator", "POST", "/sagas/Order/runs", { body: { data: { order_id: order } } })).body.id as string;

test("opens with a session from our own pages, or with a key", async () => {
  const { cookie } = await api.person("viewer");
  expect(await outcome(open({ headers: { cookie, origin: api.deps.origin } }))).toBe("connected");
  expect(await outcome(open({ key: api.key("viewer") }))).toBe("connected");
});

test("does not open from a foreign Origin, without a session, or with a bad key", async () => {
  const { cookie } = await api.person("viewer");
  for (const origin of ["https://evil.example", "null", `${api.deps.origin}.evil.example`])
    expect(await outcome(open({ headers: { cookie, origin } }))).not.toBe("connected");
  expect(await outcome(open({ headers: { cookie } }))).not.toBe("connected");
  expect(await outcome(open({ headers: { origin: "https://evil.example" }, key: api.key("admin") }))).not.toBe(
    "connected",
  );
  expect(await outcome(open({ headers: { origin: api.deps.origin } }))).toBe("unauthenticated");
  expect(await outcome(open({}))).toBe("unauthenticated");
  expect(await outcome(open({ key: "sk_this_key_was_never_made_by_anybody" }))).toBe("unauthenticated");
  expect(await outcome(open({ key: api.key("viewer"), transports: ["polling"] }))).not.toBe("connected");
});

test("a run's room tells every decision once, in order, as it is committed", async () => {
  services.script.set("PayService.Charge", "accepted");
  const id = await start("socket-1");
  await runWhen(api, id, (run) => run.steps[1].status === "executing");
  const socket = open({ key: api.key("viewer") });
  const entries: LogEntry[] = [];
  socket.on("run:entries", (message) => {
    expect(message.run).toBe(id);
    expect(message.seq).toBe(message.entries.at(-1)?.seq);
    entries.push(...message.entries);
  });
  await outcome(socket);
  const joined = await join(socket, id);
  if (!joined.ok) throw new Error(joined.code);
  for (const reason of ["one", "two", "three"])
    await api.call("operator", "POST", `/runs/${id}/operations`, { body: { operation: "note", reason } });
  await expect.poll(() => entries.length).toBe(3);
  expect(entries.map(({ seq }) => seq)).toEqual([1, 2, 3].map((n) => joined.seq + n));
  socket.emit("run:leave", { run: id });
  await api.call("operator", "POST", `/runs/${id}/operations`, { body: { operation: "note", reason: "four" } });
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(entries).toHaveLength(3);
});

test("rooms that are none cannot be joined", async () => {
  const socket = open({ key: api.key("viewer") });
  await outcome(socket);
  expect(await join(socket, "01900000-0000-7000-8000-000000000000")).toEqual({ ok: false, code: "run_not_found" });
  for (const run of ["x", "runs", "", { a: 1 }, ["a"], null, 7] as string[])
    expect(await join(socket, run)).toEqual({ ok: false, code: "run_not_found" });
  expect(socket.connected).toBe(true);
});

test("what no client of ours sends does no harm", async () => {
  const socket = open({ key: api.key("viewer") });
  await outcome(socket);
  const any = socket as unknown as { emit: (...args: unknown[]) => void };
  any.emit("run:join");
  any.emit("run:join", null, "not a function");
  any.emit("nothing:known", { a: 1 });
  any.emit("run:leave", { run: { a: 1 } });
  any.emit("definition:join", { type: "../x" });
  any.emit("run:join", Buffer.alloc(10));
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(await outcomeOfNew()).toBe("connected");
  const large = ended(socket);
  any.emit("run:join", { run: "x".repeat(100_000) });
  expect(await large).not.toBe("");
  expect(await outcomeOfNew()).toBe("connected");
});

const outcomeOfNew = () => outcome(open({ key: api.key("viewer") }));

test("who sends too much is disconnected", async () => {
  const socket = open({ key: api.key("viewer") });
  await outcome(socket);
  const over = ended(socket);
  for (let i = 0; i < 200; i++) socket.emit("runs:leave", {});
  expect(await over).toBe("io server disconnect");
});

test("the runs' room tells moved rows and counters, at most 20 times a second, with a growing seq", async () => {
  const socket = open({ key: api.key("viewer") });
  await outcome(socket);
  const seqs: number[] = [];
  const seen = new Map<string, string>();
  let completed = 0;
  socket.on("runs:changed", ({ seq, runs, counts }) => {
    seqs.push(seq);
    for (const run of runs) seen.set(run.id, run.state);
    completed = counts.byState.completed ?? 0;
  });
  await new Promise<JoinAnswer>((resolve) => void socket.emit("runs:join", {}, resolve));
  const ids: string[] = [];
  for (let i = 0; i < 30; i++) ids.push(await start(`moved-${i}`));
  await expect.poll(() => ids.every((id) => seen.get(id) === "completed"), { timeout: 5_000 }).toBe(true);
  await expect.poll(() => completed, { timeout: 5_000 }).toBeGreaterThanOrEqual(30);
  expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
  expect(new Set(seqs).size).toBe(seqs.length);
});

test("a definition's room tells who is there, and saves by others", async () => {
  const { cookie, id } = await api.person("designer");
  const [one, other] = [open({ key: api.key("designer") }), open({ headers: { cookie, origin: api.deps.origin } })];
  const present: string[][] = [];
  const saves: number[] = [];
  one.on("definition:presence", ({ people }) => present.push(people.map((each) => each.id)));
  one.on("definition:changed", ({ type, revision, by }) => {
    expect([type, by]).toEqual(["Order", "key:designer"]);
    saves.push(revision);
  });
  for (const socket of [one, other]) {
    await outcome(socket);
    await new Promise<JoinAnswer>((resolve) => void socket.emit("definition:join", { type: "Order" }, resolve));
  }
  await expect.poll(() => present.at(-1)?.length).toBe(2);
  expect(present.at(-1)).toContain(id);
  const saved = await api.call("designer", "PUT", "/sagas/Order/draft", {
    body: { document: { ...orderSaga(), title: "Changed" } },
    headers: { "if-match": "*" },
  });
  await expect.poll(() => saves).toEqual([saved.body.revision]);
  other.disconnect();
  await expect.poll(() => present.at(-1)?.length).toBe(1);
});

test("ends within five seconds when access ends", async () => {
  const { id, cookie } = await api.person("viewer");
  const socket = open({ headers: { cookie, origin: api.deps.origin } });
  await outcome(socket);
  const over = ended(socket);
  await api.call("admin", "PATCH", `/people/${id}`, { body: { disabled: true } });
  expect(await over).toBe("io server disconnect");

  const { body: key } = await api.call("admin", "POST", "/keys", { body: { name: "socket", role: "viewer" } });
  const keyed = open({ key: key.key });
  await outcome(keyed);
  const keyOver = ended(keyed);
  await api.call("admin", "DELETE", `/keys/${key.id}`);
  expect(await keyOver).toBe("io server disconnect");

  const elsewhere = await api.person("viewer");
  const quiet = open({ headers: { cookie: elsewhere.cookie, origin: api.deps.origin } });
  await outcome(quiet);
  const quietOver = ended(quiet);
  const since = Date.now();
  await api.db.pool.query('delete from session where "userId" = $1', [elsewhere.id]);
  expect(await quietOver).toBe("io server disconnect");
  expect(Date.now() - since).toBeLessThan(6_000);
});

test.each(["/", "/api/v1/runs", "/_next/webpack-hmr", "http://127.0.0.1:1/socket.io/", "/socket.io"])(
  "an upgrade of %s is not taken",
  async (path) => {
    const { port } = new URL(api.url);
    const head = ["Host: localhost", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"];
    const answer = await new Promise<string>((resolve) => {
      let text = "";
      const socket = connect(Number(port), "127.0.0.1", () =>
        socket.write(
          `GET ${path} HTTP/1.1\r\n${head.join("\r\n")}\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
        ),
      );
      socket.on("data", (chunk) => {
        text += chunk;
      });
      socket.on("close", () => resolve(text));
      socket.on("error", () => resolve(text));
    });
    expect(answer).not.toContain("101");
  },
);
