/** `npm test`: every check and every test, in a real browser too; installs what is missing first. */
import { requireNode } from "./lib/node-version.mjs";

requireNode();
const { Failure } = await import("./lib/failure.mjs");
const { ensureInstalled } = await import("./lib/install.mjs");
const { ensureBuilt, ensureGenerated } = await import("./lib/build.mjs");
const phases = await import("./lib/phases.mjs");
const { findBrokers } = await import("./lib/brokers.mjs");
const { findChromium } = await import("./lib/chromium.mjs");
const { runPhases } = await import("./lib/run-phases.mjs");

const build = {
  title: "Build",
  run: async () => {
    await ensureBuilt();
    return { passed: 1, failed: 0 };
  },
};

try {
  await ensureInstalled();
  await ensureGenerated();
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  console.error(`${error.message}\n\n0 passed, 1 failed`);
  process.exit(1);
}
const { types, lint, unused, unit, database, mutation, browser } = phases;
process.exit(
  await runPhases([
    types,
    lint,
    unused,
    unit,
    database(findBrokers),
    mutation(findBrokers),
    build,
    browser(findChromium),
  ]),
);
