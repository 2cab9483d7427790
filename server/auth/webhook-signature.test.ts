import { createHmac } from "node:crypto";
import { Webhook } from "standardwebhooks";
import { describe, expect, test } from "vitest";
import { newSigningSecret } from "../secrets";
import { type Claimed, claimsSignature, isSignedWith, readClaim } from "./webhook-signature";

const now = Date.parse("2026-12-01T10:00:00Z");
const seconds = now / 1_000;
const secret = newSigningSecret();
const body = '{"a": "ü",  "b":1}';
const bytes = new TextEncoder().encode(body);

/** Signed by somebody else's code. */
const sign = (by = secret, id = "msg_1", at = now, text = body) => new Webhook(by).sign(id, new Date(at), text);
const headers = (changed: Record<string, string> = {}) =>
  new Headers({ "webhook-id": "msg_1", "webhook-timestamp": String(seconds), "webhook-signature": sign(), ...changed });
const claim = (changed: Record<string, string> = {}) => readClaim(headers(changed), now) as Claimed;
const accepted = (changed: Record<string, string> = {}, text = bytes) => isSignedWith(secret, claim(changed), text);

test("a signature that another library made is known", () => {
  expect(claimsSignature(headers())).toBe(true);
  expect(accepted()).toBe(true);
});

describe("headers that claim nothing we can check", () => {
  test.each([
    ["webhook-id", ""],
    ["webhook-id", "msg.1"],
    ["webhook-id", "x".repeat(256)],
    ["webhook-id", "a b"],
    ["webhook-timestamp", ""],
    ["webhook-timestamp", "soon"],
    ["webhook-timestamp", "-1"],
    ["webhook-timestamp", "1.5"],
    ["webhook-timestamp", "1e20"],
    ["webhook-timestamp", "9".repeat(20)],
    ["webhook-timestamp", String(now)],
    ["webhook-timestamp", String(seconds - 301)],
    ["webhook-timestamp", String(seconds + 301)],
    ["webhook-signature", " "],
  ])("%s: %s", (name, value) => {
    expect(readClaim(headers({ [name]: value }), now)).toEqual(expect.any(String));
  });
  test("one of them missing", () => {
    for (const name of ["webhook-id", "webhook-timestamp", "webhook-signature"]) {
      const some = headers();
      some.delete(name);
      expect(readClaim(some, now)).toEqual(expect.any(String));
      expect(claimsSignature(some)).toBe(true);
    }
    expect(claimsSignature(new Headers({ authorization: "Bearer x" }))).toBe(false);
  });
});

describe("a signature is refused", () => {
  test.each([
    ["of nothing", "v1,"],
    ["that is no base64", "v1,!!!"],
    ["of the right length and wrong", `v1,${"A".repeat(43)}=`],
    ["longer than one can be", `v1,${"A".repeat(9_000)}`],
    ["of another version only", sign().replace("v1,", "v1a,")],
    ["without its version", sign().slice(3)],
    ["under another secret", sign(newSigningSecret())],
    ["of another body", sign(secret, "msg_1", now, "{}")],
    ["of another id", sign(secret, "msg_2")],
    ["of another time", sign(secret, "msg_1", now - 1_000)],
    ["in text that is none", "💥 v1,💥"],
  ])("%s", (_, value) => {
    // Headers hold bytes only, so what is beyond them is given as they would arrive.
    const signature = Buffer.from(value).toString("latin1");
    expect(accepted({ "webhook-signature": signature })).toBe(false);
  });
  test("of a body that was written anew", () => {
    const again = new TextEncoder().encode(JSON.stringify(JSON.parse(body)));
    expect(accepted({}, again)).toBe(false);
  });
  test("under a secret that is empty", () => {
    const mac = createHmac("sha256", "").update(`msg_1.${seconds}.${body}`).digest("base64");
    const empty = claim({ "webhook-signature": `v1,${mac}` });
    for (const none of ["", "whsec_", "whsec_!"]) expect(isSignedWith(none, empty, bytes)).toBe(false);
  });
});

test("among several signatures one is enough, wherever it stands and however many there are", () => {
  const other = sign(newSigningSecret());
  expect(accepted({ "webhook-signature": `${other} ${sign()}` })).toBe(true);
  expect(accepted({ "webhook-signature": `${sign()} ${other} v1a,x` })).toBe(true);
  expect(accepted({ "webhook-signature": Array.from({ length: 10_000 }, () => other).join(" ") })).toBe(false);
});

test("a clock five minutes off is near enough", () => {
  for (const off of [-299, 299]) {
    const at = (seconds + off) * 1_000;
    const changed = { "webhook-timestamp": String(seconds + off), "webhook-signature": sign(secret, "msg_1", at) };
    expect(accepted(changed)).toBe(true);
  }
});
