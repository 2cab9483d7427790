import { describe, expect, it } from "vitest";
import { personsWith } from "./persons";

describe("the people behind a run", () => {
  it("are those who are known and those who come to it, each once", () => {
    expect(personsWith(["ada"], ["grace", "ada"])).toEqual(["ada", "grace"]);
    const known = ["ada"];
    expect(personsWith(known, ["ada"])).toBe(known);
  });

  it("stay unknown, and become so when somebody unknown comes to it", () => {
    expect(personsWith([], ["ada"])).toEqual([]);
    expect(personsWith(["ada"], [])).toEqual([]);
  });
});
