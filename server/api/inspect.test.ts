import { expect, test } from "vitest";
import { limits } from "@/engine/limits";
import type { BadRequest } from "../errors";
import { inspect } from "./inspect";

const nested = (depth: number) => JSON.parse("[".repeat(depth) + "]".repeat(depth));

test("what can be stored comes back as it is", () => {
  const value = { a: [1, -0.5, null, true, "𝒳 é ‮"], constructor: { prototype: 1 }, "": {} };
  expect(inspect(value)).toBe(value);
  expect(() => inspect(nested(limits.depth + 1))).not.toThrow();
});

test.each<readonly [string, string, string]>([
  ["nul_character", '{"a":["x","\\u0000"]}', "/a/1"],
  ["nul_character", '{"a\\u0000":1}', ""],
  ["lone_surrogate", '{"a":"\\ud800"}', "/a"],
  ["lone_surrogate", '{"a":{"b":"x\\udc00y"}}', "/a/b"],
  ["number_out_of_range", '{"a/b":9007199254740993}', "/a~1b"],
  ["number_out_of_range", "[1e400]", "/0"],
  ["forbidden_key", '{"x":{"__proto__":{"admin":true}}}', "/x"],
])("%s in %s is refused at %s", (code, text, path) => {
  expect(refusal(JSON.parse(text))).toMatchObject({ code, status: 400, extra: { path } });
});

test("what is nested too deep is refused before anything recursive sees it whole", () => {
  expect(refusal(nested(limits.depth + 2))).toMatchObject({ code: "too_deep" });
  expect(refusal(nested(50_000))).toMatchObject({ code: "too_deep" });
});

function refusal(value: unknown): BadRequest {
  try {
    inspect(value);
  } catch (error) {
    return error as BadRequest;
  }
  throw new Error("it was accepted");
}
