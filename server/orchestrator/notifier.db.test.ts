import { type AddressInfo, createServer, connect as dial, type Socket } from "node:net";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../testing/database";
import { Notifier } from "./notifier";
import { testLog } from "./testing/fixtures";

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const name = "notify to be stopped";
const connections = async () => {
  const { rows } = await database.pool.query("select 1 from pg_stat_activity where application_name = $1", [name]);
  return rows.length;
};

test("what is told reaches who listens, until it is stopped", async () => {
  const listener = new pg.Client(database.url);
  await listener.connect();
  await listener.query("listen heard");
  const heard: (string | undefined)[] = [];
  listener.on("notification", ({ payload }) => heard.push(payload));
  const notifier = new Notifier({ url: database.url, name, log: testLog });
  notifier.send({ channel: "heard", payload: "one" });
  await expect.poll(() => heard).toEqual(["one"]);
  expect(await connections()).toBe(1);
  notifier.stop();
  await expect.poll(connections).toBe(0);
  await listener.end();
});

/** A way to the database that says what comes to it, and lets nothing through before it is opened. */
async function startGate() {
  const { host, port } = new pg.Client(database.url);
  const came: Socket[] = [];
  const gone: Socket[] = [];
  const server = createServer({ pauseOnConnect: true }, (socket) => {
    came.push(socket);
    socket.on("close", () => gone.push(socket));
    socket.on("error", () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = new URL(database.url);
  address.search = "";
  address.hostname = "127.0.0.1";
  address.port = String((server.address() as AddressInfo).port);
  const open = () => {
    for (const socket of came) {
      const upstream = host.startsWith("/") ? dial(`${host}/.s.PGSQL.${port}`) : dial(port, host);
      upstream.on("error", () => socket.destroy());
      socket.on("close", () => upstream.destroy());
      socket.pipe(upstream).pipe(socket);
    }
  };
  return { url: address.toString(), came, gone, open, stop: () => server.close() };
}

test("a connection that is still being made when it is stopped is ended as soon as it is there", async () => {
  const gate = await startGate();
  const notifier = new Notifier({ url: gate.url, name, log: testLog });
  notifier.send({ channel: "heard", payload: "two" });
  await expect.poll(() => gate.came.length).toBe(1);
  notifier.stop();
  gate.open();
  await expect.poll(() => gate.gone.length).toBe(1);
  expect(await connections()).toBe(0);
  gate.stop();
});
