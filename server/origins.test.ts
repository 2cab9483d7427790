import { expect, test } from "vitest";
import { ownOrigins, publicOrigin } from "./origins";

test("on loopback every name of it is ours, on its own port only", () => {
  const own = ownOrigins({ publicUrl: null, port: 3000 });
  expect([...own]).toEqual(["http://localhost:3000", "http://127.0.0.1:3000", "http://[::1]:3000"]);
  expect(own.has("http://localhost:3001")).toBe(false);
  expect(own.has("http://localhost:3000.evil.example")).toBe(false);
});

test("a public address is the only one", () => {
  const env = { publicUrl: "https://sagas.example.com", port: 3000 };
  expect(publicOrigin(env)).toBe("https://sagas.example.com");
  expect([...ownOrigins(env)]).toEqual(["https://sagas.example.com"]);
});
