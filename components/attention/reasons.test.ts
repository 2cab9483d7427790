import { describe, expect, test } from "vitest";
import { whatIsWrong } from "./reasons";

describe("what is wrong with a step that asks for a person", () => {
  test("is what it said itself, and what that means", () => {
    const error = { code: "no_carrier", message: "No carrier goes there" };
    expect(whatIsWrong({ reason: "step_held", error })).toMatch(
      /^No carrier goes there\. The step failed and was told/,
    );
  });

  test("is the code of an error without words", () => {
    expect(whatIsWrong({ reason: "compensation_failed", error: { code: "http_503", message: " " } })).toMatch(
      /^http_503\./,
    );
  });

  test("is, of an event that did not come, which one and from where, and nothing else", () => {
    const error = {
      code: "missing_event",
      message: "Neither Reserved nor SoldOut came from Reserve inventory in time",
    };
    expect(whatIsWrong({ reason: "missing_event", error })).toBe(
      "Neither Reserved nor SoldOut came from Reserve inventory in time.",
    );
  });

  test("is what the reason means where there is no error", () => {
    expect(whatIsWrong({ reason: "missing_event" })).toMatch(/^Nothing is under way/);
  });
});
