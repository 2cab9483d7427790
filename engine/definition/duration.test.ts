import fc from "fast-check";
import { expect, test } from "vitest";
import { limits } from "../limits";
import { formatDuration, parseDuration } from "./duration";

test.each([
  ["PT30S", 30_000],
  ["PT0.5S", 500],
  ["PT5M", 300_000],
  ["PT1H30M", 5_400_000],
  ["P2D", 172_800_000],
  ["P1W", 604_800_000],
  ["P1DT12H", 129_600_000],
  ["P400D", limits.longestWait],
])("%s is %i ms", (text, ms) => expect(parseDuration(text)).toBe(ms));

test.each([
  "",
  "P",
  "PT",
  "P1DT",
  "P0D",
  "PT0S",
  "PT-5S",
  "-PT5S",
  "P1M",
  "P1Y",
  "PT5",
  "5m",
  "pt5s",
  "PT5S ",
  "P401D",
  "PT1E9S",
  "PT9999999999S",
  "PT0.0001S",
  "P1.5D",
  "PT1S1M",
  "infinity",
  "NaN",
])("%j is no duration of a definition", (text) => expect(parseDuration(text)).toBeNull());

test("what is formatted is read back", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: limits.longestWait }), (ms) => {
      expect(parseDuration(formatDuration(ms))).toBe(ms);
    }),
  );
});
