import { expect, test } from "vitest";
import { safeNext } from "./safe-next";

test.each([
  ["/runs?state=failed", "/runs?state=failed"],
  ["/runs?_rsc=abc", "/runs"],
  [null, "/"],
  ["", "/"],
  ["https://evil.example", "/"],
  ["//evil.example", "/"],
  ["/\\evil.example", "/"],
  ["/\t/evil.example", "/"],
  ["/.//evil.example", "/"],
  ["javascript:alert(1)", "/"],
])("%j leads to %s", (asked, path) => expect(safeNext(asked)).toBe(path));
