import { expect, test } from "vitest";
import { limits } from "@/engine/limits";
import { stopBudget } from "./stop";

test("all that a stop waits for, one after the other, ends before the stop is given up", () => {
  const { answers, write, patience } = stopBudget;
  const calls = limits.drain + 2 * write;
  expect(answers + Math.max(calls, limits.deliveryTimeout)).toBeLessThan(patience);
});
