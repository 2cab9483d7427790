/**
 * `npm run mutation -- [--quick] [name ...]`: shows that the tests notice each safeguard that is switched off; exit code 1
 * if not. `--quick`: only those that tests without a database notice.
 */
import { writeFileSync } from "node:fs";
import { check } from "./check";
import type { Mutant } from "./mutant";
import { controls, mutants } from "./mutants";

const atOnce = 2;

const print = (line: string) => process.stdout.write(`${line}\n`);
const all = [...mutants, ...controls];
const asked = process.argv.slice(2);
const names = asked.filter((word) => word !== "--quick");
const unknown = names.filter((name) => !all.some((mutant) => mutant.name === name));
if (unknown.length > 0) throw new Error(`There is no mutant ${unknown.join(", ")}`);
/** Ends of the names of tests that cannot run on this machine (`scripts/lib/brokers.mjs`). */
const leftOut = (process.env.TESTS_LEFT_OUT ?? "").split(",").filter((files) => files !== "");
const canRun = ({ caughtBy }: Mutant) =>
  !caughtBy.some(({ file }) => leftOut.some((files) => file.endsWith(files.replace("**/*", ""))));
const isQuick = ({ caughtBy }: Mutant) => caughtBy.every(({ file }) => !file.endsWith(".db.test.ts"));
const wanted = asked.includes("--quick") ? all.filter(isQuick) : all;
const chosen = wanted.filter((mutant) => (names.length === 0 ? canRun(mutant) : names.includes(mutant.name)));
const width = Math.max(...all.map(({ name }) => name.length)) + 2;
const waiting = [...chosen];
let failed = 0;

/** Whether all is as it should be with this mutant: caught, or a control that was not. */
async function isRight(mutant: Mutant): Promise<boolean> {
  const verdict = await check(mutant);
  const isControl = controls.includes(mutant);
  const isCaught = verdict.kind === "caught";
  const word = isCaught ? "caught  " : "survived";
  print(`${isCaught === isControl ? "WRONG  " : ""}${word}  ${mutant.name.padEnd(width)}${mutant.safeguard}`);
  const line = isCaught ? `by: ${verdict.by.join("; ")}` : verdict.sentence;
  if (!isControl || isCaught) print(`          ${line}`);
  return isCaught !== isControl;
}

async function checkInTurn(): Promise<void> {
  for (let mutant = waiting.shift(); mutant; mutant = waiting.shift()) if (!(await isRight(mutant))) failed += 1;
}

await Promise.all(Array.from({ length: atOnce }, checkInTurn));
const passed = chosen.length - failed;
print(`${passed} of ${chosen.length} as they should be: every mutant caught, no control`);
const report = process.env.MUTATION_REPORT;
if (report !== undefined) writeFileSync(report, JSON.stringify({ passed, failed }));
process.exit(failed === 0 ? 0 : 1);
