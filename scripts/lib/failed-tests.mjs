/** What failed, by the report of a test runner: the name of each test, and how it says what went wrong. */
import { relative } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { inRoot } from "./paths.mjs";

const mostLines = 6;

/** `name`, then the beginning of its message, indented, without the runner's own stack. */
function told(name, message) {
  const lines = stripVTControlCharacters(message)
    .split("\n")
    .filter((line) => line.trim() !== "" && !line.includes("node_modules/"));
  return [name, ...lines.slice(0, mostLines).map((line) => `  ${line}`)].join("\n");
}

export function failedInVitest({ testResults }) {
  return testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = relative(inRoot(), name);
    const failed = assertionResults.filter((test) => test.status === "failed");
    if (failed.length === 0 && status === "failed") return [told(file, message)];
    return failed.map(({ fullName, failureMessages }) => told(`${file}: ${fullName}`, failureMessages.join("\n")));
  });
}

export function failedInPlaywright({ suites, errors }) {
  return [...errors.map(({ message }) => told("Browser tests", message ?? "")), ...suites.flatMap(failedInSuite)];
}

function failedInSuite({ file, specs, suites = [] }) {
  const failed = specs.filter(({ ok }) => !ok);
  const own = failed.map(({ title, tests }) => {
    const messages = tests.flatMap(({ results }) => results.map(({ error }) => error?.message ?? ""));
    return told(`${file}: ${title}`, messages.join("\n"));
  });
  return [...own, ...suites.flatMap(failedInSuite)];
}
