/** The product as the browser tests want it: `npm start` on a data folder that is empty each time. */
import { rmSync } from "node:fs";
import { resolve } from "node:path";

rmSync(resolve(process.env.DATA_DIR), { recursive: true, force: true });
await import("./start.mjs");
