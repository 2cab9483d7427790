/** `npm run dev`: the same as `npm start`, with pages and server that reload when their sources change. */
import { requireNode } from "./lib/node-version.mjs";

requireNode();
const { run } = await import("./lib/run.mjs");
process.exit(await run({ dev: true }));
