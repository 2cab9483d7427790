import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { failedInPlaywright, failedInVitest } from "./lib/failed-tests.mjs";

const file = fileURLToPath(new URL("../engine/sum.test.ts", import.meta.url));

test("a failed test is told with its file, its name and its message, without colours and the runner's stack", () => {
  const failureMessages = [
    "\u001b[31mAssertionError\u001b[39m: expected 2 to be 3\n    at sum.test.ts:2\n    at node_modules/x.js",
  ];
  const assertionResults = [
    { status: "passed", fullName: "is fine", failureMessages: [] },
    { status: "failed", fullName: "adds", failureMessages },
  ];
  expect(failedInVitest({ testResults: [{ name: file, status: "failed", message: "", assertionResults }] })).toEqual([
    "engine/sum.test.ts: adds\n  AssertionError: expected 2 to be 3\n      at sum.test.ts:2",
  ]);
});

test("a file that could not be read at all has failed as a whole", () => {
  const message = "Cannot find module";
  expect(failedInVitest({ testResults: [{ name: file, status: "failed", message, assertionResults: [] }] })).toEqual([
    "engine/sum.test.ts\n  Cannot find module",
  ]);
});

test("browser tests that failed are found in suites within suites, and so is what kept all from running", () => {
  const failed = { title: "draws", ok: false, tests: [{ results: [{ error: { message: "not visible" } }] }] };
  const passed = { title: "runs", ok: true, tests: [{ results: [{}] }] };
  const inner = { file: "draw.spec.ts", specs: [failed, passed] };
  const report = { errors: [{ message: "No server" }], suites: [{ file: "draw.spec.ts", specs: [], suites: [inner] }] };
  expect(failedInPlaywright(report)).toEqual(["Browser tests\n  No server", "draw.spec.ts: draws\n  not visible"]);
});
