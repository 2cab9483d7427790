import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { resetBudget } from "./budget";
import { matchesPattern } from "./pattern";

beforeEach(resetBudget);

const patterns = [
  "^a+$",
  "(a+)+$",
  "a|b|",
  "[a-c]{2,3}x",
  "^(?:ab)*$",
  "\\d+\\.\\d{2}",
  "[^x-z]",
  "^$",
  "\\bcat\\b",
  "\\Bcat",
  "a{0}b",
  "(a|b)*abb",
  "[a\\]-]",
  "x?y",
  "^.{3}$",
  "a.c",
  "()*",
  "(a*)*b",
  "(^a|b$)",
  "^[A-Z]{3}-\\d{1,5}$",
  "\\.\\*\\[",
  "é+",
];
const texts = [
  "",
  "a",
  "aaab",
  "abcx",
  "abab",
  "3.14",
  "cat",
  "concat",
  "a cat!",
  "aabb",
  "]",
  "-",
  "y",
  "ééé",
  "a\nc",
  "ORD-12",
  ".*[",
];

test.each(patterns)("%s finds what a RegExp finds", (pattern) => {
  const expected = texts.map((text) => new RegExp(pattern).test(text));
  expect(texts.map((text) => matchesPattern(text, pattern))).toEqual(expected);
});

test("random patterns over a small alphabet agree with RegExp", () => {
  const pattern = fc.letrec<{ node: string }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom("a", "b", ".", "[ab]", "[^a]", "^", "$"),
      fc.tuple(tie("node"), tie("node")).map(([first, second]) => first + second),
      fc.tuple(tie("node"), tie("node")).map(([first, second]) => `(${first}|${second})`),
      tie("node").map((node) => `(${node})*`),
      tie("node").map((node) => `(?:${node}){1,2}`),
    ),
  })).node;
  const text = fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 8 }).map((chars) => chars.join(""));
  fc.assert(
    fc.property(pattern, text, (source, subject) => {
      resetBudget();
      expect(matchesPattern(subject, source)).toBe(new RegExp(source).test(subject));
    }),
  );
});

describe("patterns that would be slow or that it does not know are refused", () => {
  test.each(["(", ")", "a**", "[", "(?=a)", "(?<n>a)", "\\1", "a{3,1}", "*", "(".repeat(100), "((a{100}){100}){100}"])(
    "%.20s",
    (pattern) => expect(() => matchesPattern("a", pattern)).toThrow("pattern"),
  );
  test("repetitions of nothing", () =>
    expect(() => matchesPattern("a", "((((){999}){999}){999})")).toThrow("too much"));
});

test("a pattern that ruins a backtracking matcher takes no time", () => {
  const started = performance.now();
  expect(matchesPattern(`${"a".repeat(5000)}!`, "^(a+)+$")).toBe(false);
  expect(performance.now() - started).toBeLessThan(4000);
});
