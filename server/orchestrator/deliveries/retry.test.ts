import { expect, test } from "vitest";
import { nextAfter, retryTable } from "./retry";

test("each wait is that of the table and up to a tenth more", () => {
  for (let attempts = 1; attempts < retryTable.length; attempts++) {
    const wait = retryTable[attempts] ?? 0;
    const after = nextAfter("a", attempts) ?? -1;
    expect(after).toBeGreaterThanOrEqual(wait);
    expect(after).toBeLessThanOrEqual(wait * 1.1);
  }
});

test("the tenth attempt is the last, three days and three hours after the first", () => {
  expect(retryTable).toHaveLength(10);
  expect(nextAfter("a", 9)).not.toBeNull();
  expect(nextAfter("a", 10)).toBeNull();
  const hours = retryTable.reduce((sum, wait) => sum + wait, 0) / 3_600_000;
  expect(hours).toBeCloseTo(75.58, 1);
});

test("two deliveries that failed together do not come back together, and one always at the same time", () => {
  expect(nextAfter("a", 3)).toBe(nextAfter("a", 3));
  expect(nextAfter("a", 3)).not.toBe(nextAfter("b", 3));
});
