import { expect, test } from "vitest";
import { alignKeys } from "./align-keys";

test("keys follow the other's order, steps by id, and nothing is lost", () => {
  const like = {
    steps: [
      { id: "b", x: 1, a: 2 },
      { id: "a", input: { z: 1, y: 2 } },
    ],
    saga: "S",
  };
  const value = { saga: "S", more: true, steps: [{ input: { y: 2, z: 3 }, id: "a" }] };
  const aligned = alignKeys(value, like);
  expect(aligned).toEqual(value);
  expect(JSON.stringify(aligned)).toBe('{"steps":[{"id":"a","input":{"z":3,"y":2}}],"saga":"S","more":true}');
});
