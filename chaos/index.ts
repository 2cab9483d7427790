/** `npm run chaos -- [--runs 5000] [--seconds 285] [--seed x]`: prints figures, and what was wrong; exit code 1 if anything. */
import { runChaos } from "./chaos";
import { parseOptions } from "./options";

const mostShown = 100;

const { figures, wrong } = await runChaos(
  parseOptions(process.argv.slice(2), (line) => process.stderr.write(`${line}\n`)),
);
const print = (line: string) => process.stdout.write(`${line}\n`);
for (const sentence of wrong.slice(0, mostShown)) print(`WRONG: ${sentence}`);
if (wrong.length > mostShown) print(`and ${wrong.length - mostShown} more`);
for (const [name, value] of Object.entries(figures)) print(`${name}: ${value}`);
process.exit(wrong.length === 0 ? 0 : 1);
