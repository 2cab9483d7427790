import { spawnSync } from "node:child_process";
import { Failure } from "./failure.mjs";
import { inRoot, root } from "./paths.mjs";

/** Writes the Prisma client into server/generated; needs no network. */
export function generateClient() {
  // The client needs no engine, but the command looks for one and would fetch it: any executable will do.
  const env = {
    ...process.env,
    CHECKPOINT_DISABLE: "1",
    PRISMA_HIDE_UPDATE_MESSAGE: "1",
    PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
  };
  const { status, stderr, stdout } = spawnSync(
    process.execPath,
    [inRoot("node_modules/prisma/build/index.js"), "generate"],
    { cwd: root, env, encoding: "utf8" },
  );
  if (status !== 0) throw new Failure(`The Prisma client could not be generated:\n${stderr || stdout}`);
}
