import { expect, test } from "vitest";
import { readSettings } from "./lib/settings.mjs";

test("with nothing set, everything runs on this machine with the demo shop", () => {
  expect(readSettings({})).toMatchObject({ host: "127.0.0.1", port: 3000, role: "all", demo: true, databaseUrl: null });
});

test("a worker alone has no demo shop", () => {
  expect(readSettings({ ROLE: "worker" }).demo).toBe(false);
});

test("production has no demo shop, and refuses one that is asked for", () => {
  expect(readSettings({ NODE_ENV: "production" }).demo).toBe(false);
  expect(() => readSettings({ NODE_ENV: "production", DEMO: "on" })).toThrow("Demo data is refused");
});

test("production on a database of its own refuses to make secrets up", () => {
  const own = { NODE_ENV: "production", DATABASE_URL: "postgresql://db/saga", AUTH_SECRET: "a" };
  expect(() => readSettings(own)).toThrow("set SECRET_KEY too");
  expect(readSettings({ ...own, SECRET_KEY: "b" }).databaseUrl).toBe(own.DATABASE_URL);
});

test.each([
  [{ PORT: "abc" }, "PORT must be a port number"],
  [{ PORT: "70000" }, "PORT must be a port number"],
  [{ ROLE: "boss" }, "ROLE must be one of all, web, worker"],
  [{ DEMO: "maybe" }, "DEMO must be one of on, off"],
])("%o is refused in one line", (env, message) => {
  expect(() => readSettings(env)).toThrow(message);
});
