import { expect, test } from "vitest";
import { parseEnv } from "./env";

const good = {
  DATABASE_URL: "postgresql://postgres@localhost/saga",
  AUTH_SECRET: "a secret for tests that is long enough",
  SECRET_KEY: "another secret for tests, long enough too",
};

test("only database and secrets have to be given", () => {
  expect(parseEnv(good)).toMatchObject({
    port: 3000,
    host: "127.0.0.1",
    role: "all",
    demoUrl: null,
    demoNatsUrl: null,
    demoAmqpUrl: null,
    development: false,
  });
});

test("an empty variable is an absent one", () => {
  expect(parseEnv({ ...good, PORT: "", ADMIN_EMAIL: "", PUBLIC_URL: "" })).toMatchObject({ port: 3000, admin: null });
});

test("every bad variable is named in a line of its own", () => {
  const bad = { DATABASE_URL: "mysql://x", PORT: "no", ROLE: "boss", AUTH_SECRET: "short", SECRET_KEY: undefined };
  const lines = message(bad).split("\n");
  for (const name of Object.keys(bad)) expect(lines.filter((line) => line.startsWith(name))).toHaveLength(1);
});

test("an admin is an address and a password of ten characters", () => {
  expect(message({ ...good, ADMIN_EMAIL: "a@example.com" })).toContain("together");
  expect(message({ ...good, ADMIN_EMAIL: "a@example.com", ADMIN_PASSWORD: "short" })).toContain("ADMIN_PASSWORD");
  expect(message({ ...good, ADMIN_API_KEY: "short" })).toContain("ADMIN_API_KEY");
});

test("ended runs are kept for ever, or a whole number of days", () => {
  expect(parseEnv(good).retentionDays).toBeNull();
  expect(parseEnv({ ...good, RETENTION_DAYS: "90" }).retentionDays).toBe(90);
  for (const days of ["0", "-1", "1.5", "3651", "a month", "1e9"])
    expect(message({ ...good, RETENTION_DAYS: days })).toBe("RETENTION_DAYS needs a whole number of days, 1 to 3650");
});

test("DEMO=off means that there is no demo shop, wherever one may listen", () => {
  expect(parseEnv({ ...good, DEMO: "off", DEMO_URL: "http://127.0.0.1:3001" }).demoUrl).toBeNull();
});

function message(source: Record<string, string | undefined>): string {
  try {
    parseEnv(source);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("it was accepted");
}
