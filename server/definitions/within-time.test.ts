import { expect, test } from "vitest";
import { check } from "./draft-state";
import { TooCostly, withinTime } from "./within-time";

test("work is answered, and what it throws is thrown", () => {
  expect(withinTime(1_000, () => withinTime(1_000, () => 7))).toBe(7);
  expect(() =>
    withinTime(1_000, () => {
      throw new TypeError("no");
    }),
  ).toThrow(TypeError);
});

test("a pattern that backtracks for ever is stopped, and the process goes on", () => {
  const begun = Date.now();
  expect(() => withinTime(100, () => /^(a+)+$/.test(`${"a".repeat(60)}b`))).toThrow(TooCostly);
  expect(Date.now() - begun).toBeLessThan(3_000);
  expect(withinTime(1_000, () => 7)).toBe(7);
});

test("a draft whose input schema never ends is a draft with a problem", () => {
  const draft = { saga: "Endless", sample: 1, input: { $ref: "#" }, steps: [{ id: "a", action: "Shop.Buy" }] };
  expect(check(draft).problems).toMatchObject([{ code: "too-costly", severity: "error", path: "/input" }]);
});
