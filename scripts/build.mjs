/** `npm run build`: everything `npm start` would build, without starting it. */
import { requireNode } from "./lib/node-version.mjs";

requireNode();
const { ensureInstalled } = await import("./lib/install.mjs");
const { ensureBuilt } = await import("./lib/build.mjs");
const { Failure } = await import("./lib/failure.mjs");
try {
  await ensureInstalled();
  await ensureBuilt();
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  console.error(error.message);
  process.exit(1);
}
