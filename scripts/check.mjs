/** `npm run check`: what is quick: types, format and lint, unused code, unit tests. */
import { ensureGenerated } from "./lib/build.mjs";
import { lint, types, unit, unused } from "./lib/phases.mjs";
import { runPhases } from "./lib/run-phases.mjs";

await ensureGenerated();
process.exit(await runPhases([types, lint, unused, unit]));
