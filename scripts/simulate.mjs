/**
 * `npm run simulate -- --histories 50000`: random worlds and quarrels of the pure engine, from seed 1 or `--from`, until they are
 * told or something goes wrong. `--seed 7` tells one and shows what happened. Exit code 1 and the seed if anything is wrong.
 */
import { parseArgs } from "node:util";
import { harass } from "../engine/simulation/harass.ts";
import { simulate } from "../engine/simulation/history.ts";

const { values } = parseArgs({
  options: { histories: { type: "string" }, from: { type: "string" }, seed: { type: "string" } },
});
const first = Number(values.seed ?? values.from ?? 1);
const last = values.seed === undefined ? first + Number(values.histories ?? 10_000) - 1 : first;
if (![first, last].every(Number.isSafeInteger))
  throw new Error("Say numbers: --histories 50000 --from 1, or --seed 7.");

const ends = {};
let events = 0;

function tell(seed) {
  const report = simulate(seed);
  events += report.events;
  for (const end of report.ends) ends[end] = (ends[end] ?? 0) + 1;
  events += harass(seed);
}

for (let seed = first; seed <= last; seed++) {
  try {
    tell(seed);
  } catch (error) {
    console.error([...(error.trace ?? []).slice(-60), error.message].join("\n"));
    console.error(`Tell it again: npm run simulate -- --seed ${seed}`);
    process.exit(1);
  }
  if ((seed - first + 1) % 5_000 === 0) console.log(`${seed - first + 1} histories, ${events} events`);
}
const shown = Object.entries(ends).map(([end, count]) => `${count} ${end}`);
console.log(`${last - first + 1} histories, ${events} events, nothing wrong: ${shown.join(", ")}.`);
