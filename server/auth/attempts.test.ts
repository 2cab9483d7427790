import { expect, test } from "vitest";
import { createAttempts } from "./attempts";

test("after the limit no more tries are taken until the window is over", () => {
  let now = 0;
  const attempts = createAttempts(3, 1000, () => now);
  for (let i = 0; i < 3; i++) attempts.take("a");
  expect(() => attempts.take("a")).toThrow(/Too many/);
  expect(() => attempts.take("b")).not.toThrow();
  now = 1001;
  expect(() => attempts.take("a")).not.toThrow();
});

test("a success forgets the failures before it", () => {
  const attempts = createAttempts(2, 1000, () => 0);
  attempts.take("a");
  attempts.succeeded("a");
  attempts.take("a");
  attempts.take("a");
  expect(() => attempts.take("a")).toThrow();
});
