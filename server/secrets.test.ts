import { expect, test } from "vitest";
import { newSigningSecret, open, seal } from "./secrets";

const key = "a key for tests, long enough to be one";

test("a sealed secret opens with its key and context", () => {
  const secret = newSigningSecret();
  expect(open(key, "service:A", seal(key, "service:A", secret))).toBe(secret);
});

test("a sealed secret is never the same twice and does not show what it holds", () => {
  const [one, other] = [seal(key, "c", "text"), seal(key, "c", "text")];
  expect(Buffer.from(one).equals(Buffer.from(other))).toBe(false);
  expect(Buffer.from(one).includes("text")).toBe(false);
});

test("a secret moved to another row, altered, or opened with another key does not open", () => {
  const sealed = seal(key, "service:A", "text");
  expect(() => open(key, "service:B", sealed)).toThrow();
  expect(() => open(`${key}!`, "service:A", sealed)).toThrow();
  for (const at of [1, 15, sealed.length - 1]) {
    const altered = Uint8Array.from(sealed);
    altered[at] = (altered[at] ?? 0) ^ 1;
    expect(() => open(key, "service:A", altered)).toThrow();
  }
  expect(() => open(key, "service:A", new Uint8Array())).toThrow();
});

test("signing secrets are 32 random bytes in Standard Webhooks form", () => {
  expect(Buffer.from(newSigningSecret().replace("whsec_", ""), "base64")).toHaveLength(32);
});
