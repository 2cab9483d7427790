import { bold, green, red, seconds } from "./progress.mjs";

/**
 * Runs phases in order, all of them even when one failed, and ends with what failed and the plain line
 * `N passed, N failed`; answers the exit code.
 */
export async function runPhases(phases) {
  const results = [];
  for (const { title, run } of phases) {
    console.log(`\n${bold(`── ${title}`)}`);
    const began = performance.now();
    const counts = await run().catch((error) => {
      console.error(error.message);
      return { passed: 0, failed: 1 };
    });
    results.push({ title, ...counts, took: performance.now() - began });
  }
  return summarise(results);
}

function summarise(results) {
  const failures = results.flatMap(({ failures = [] }) => failures);
  if (failures.length > 0) console.log(`\n${bold("── What failed")}\n${failures.join("\n\n")}`);
  console.log(`\n${bold("── Summary")}`);
  for (const { title, passed, failed, took } of results) {
    const verdict = failed === 0 ? green("passed") : red("failed");
    console.log(`${verdict}  ${title.padEnd(18)} ${`${passed} passed, ${failed} failed`.padEnd(24)} ${seconds(took)}`);
  }
  const total = (key) => results.reduce((sum, result) => sum + result[key], 0);
  console.log(`\n${total("passed")} passed, ${total("failed")} failed`);
  return total("failed") === 0 ? 0 : 1;
}
