/** `npm start`: from a fresh clone to a running product, and one link. Needs nothing but Node. */
import { requireNode } from "./lib/node-version.mjs";

requireNode();
const { run } = await import("./lib/run.mjs");
process.exit(await run());
