import { describe, expect, test } from "vitest";
import { formatAmount, formatClock, formatDuration, formatRelative, shortId } from "./format";

describe("formatDuration", () => {
  test.each([
    [0, "0 ms"],
    [412.4, "412 ms"],
    [999, "999 ms"],
    [3_240, "3.2 s"],
    [9_990, "9.9 s"],
    [41_000, "41 s"],
    [59_999, "59 s"],
    [60_000, "1 min"],
    [250_000, "4 min 10 s"],
    [7_500_000, "2 h 5 min"],
    [273_600_000, "3 d 4 h"],
    [-5, "0 ms"],
  ])("%d ms is %s", (ms, text) => expect(formatDuration(ms)).toBe(text));
});

test("a clock shows hours only when there are some", () => {
  expect(formatClock(41_900)).toBe("00:41");
  expect(formatClock(3_727_000)).toBe("1:02:07");
});

test("relative time looks both ways", () => {
  expect(formatRelative(0, 3_000)).toBe("now");
  expect(formatRelative(0, 59_000)).toBe("59 s ago");
  expect(formatRelative(3 * 3_600_000, 0)).toBe("in 3 h");
});

test("amounts have two decimals, ids two ends", () => {
  expect(formatAmount(1284)).toBe("1,284.00");
  expect(shortId("0193a2c4-7b1f-7c3d-8a2b-00000000c41f")).toBe("0193…c41f");
});
