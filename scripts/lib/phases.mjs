/**
 * The checks and tests of the project, one phase each; every one answers how many passed and failed, and where a report
 * tells it, what failed.
 */
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { failedInPlaywright, failedInVitest } from "./failed-tests.mjs";
import { inRoot } from "./paths.mjs";
import { runCommand } from "./run-command.mjs";

const reports = inRoot(".data/reports");
const bin = (name) => inRoot("node_modules", name);

/** Commands, one after the other, that pass or fail as one. */
const check = (title, ...commands) => ({
  title,
  run: async () => {
    for (const [file, ...args] of commands) {
      const { code } = await runCommand(process.execPath, [bin(file), ...args], { echo: true });
      if (code !== 0) return { passed: 0, failed: 1 };
    }
    return { passed: 1, failed: 0 };
  },
});

/** A test runner that writes its counts into a JSON report. */
const tests = (title, { name, args, env, count }) => ({
  title,
  run: async () => {
    const report = inRoot(".data/reports", `${name}.json`);
    rmSync(report, { force: true });
    mkdirSync(reports, { recursive: true });
    const { code } = await runCommand(process.execPath, args(report), { echo: true, env: await env(report) });
    return settled(code, counted(report, count));
  },
});

/** A runner that failed without a failed test, or left no report, counts as one failure. */
function settled(code, counts) {
  if (!counts) return { passed: 0, failed: 1 };
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

function counted(report, count) {
  try {
    return count(JSON.parse(readFileSync(report, "utf8")));
  } catch {
    return null;
  }
}

const vitest = (title, project, leaveOut = []) =>
  tests(title, {
    name: project,
    args: (report) => [
      bin("vitest/vitest.mjs"),
      "run",
      `--project=${project}`,
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${report}`,
    ],
    env: () => ({ TESTS_LEFT_OUT: leaveOut.join(",") }),
    count: (result) => ({
      passed: result.numPassedTests,
      failed: result.numFailedTests,
      failures: failedInVitest(result),
    }),
  });

/** Next's own types are generated, and a fresh clone has none yet. */
export const types = check("Types", ["next/dist/bin/next", "typegen"], ["typescript/bin/tsc", "--noEmit"]);
export const lint = check("Format and lint", ["@biomejs/biome/bin/biome", "check", "."]);
export const unused = check("Unused code", ["knip/bin/knip.js"]);
export const unit = vitest("Unit tests", "unit");

/** Where a broker is missing, its tests are left out and that is said; in CI it is a failure. */
export const database = (findBrokers) => ({
  title: "Database tests",
  run: async () => {
    const { leaveOut, advice } = await findBrokers();
    if (advice !== null && process.env.CI === "true") throw new Error(advice);
    if (advice !== null) console.warn(advice);
    return vitest("Database tests", "db", leaveOut).run();
  },
});

/** That the tests notice a safeguard that is switched off; those whose tests cannot run here are left out. */
export const mutation = (findBrokers) =>
  tests("Mutation check", {
    name: "mutation",
    args: () => ["--import", "tsx", inRoot("mutation/index.ts"), "--quick"],
    env: async (report) => ({ MUTATION_REPORT: report, TESTS_LEFT_OUT: (await findBrokers()).leaveOut.join(",") }),
    count: ({ passed, failed }) => ({ passed, failed }),
  });

/** The tests in a real browser, against the product as `npm start` runs it. */
export const browser = (findChromium) =>
  tests("Browser tests", {
    name: "e2e",
    args: () => [bin("@playwright/test/cli.js"), "test"],
    env: async (report) => {
      const { path, advice } = await findChromium();
      if (!path) throw new Error(advice);
      return { CHROMIUM_PATH: path, E2E_REPORT: report };
    },
    count: (result) => ({
      passed: result.stats.expected + result.stats.flaky,
      failed: result.stats.unexpected,
      failures: failedInPlaywright(result),
    }),
  });
