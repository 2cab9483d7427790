import { existsSync } from "node:fs";
import { Failure } from "./failure.mjs";
import { hashOf, unlessStamped } from "./hash.mjs";
import { inRoot, root } from "./paths.mjs";
import { generateClient } from "./prisma-client.mjs";
import { step } from "./progress.mjs";
import { runCommand } from "./run-command.mjs";

const shared = ["engine", "contract", "server", "package-lock.json", "tsconfig.json", "prisma/schema.prisma"];
const serverSources = [...shared, "participant", "demo", "prisma/seed.ts"];
const webSources = [...shared, "app", "components", "public", "next.config.js", "postcss.config.mjs"];

/** Files that the server process runs, by the path they are bundled to below dist/. */
const entries = ["server/index.ts", "server/orchestrator/worker-thread.ts", "demo/index.ts", "prisma/seed.ts"];

/** Writes the Prisma client when the schema changed. */
export async function ensureGenerated() {
  const folder = "server/generated";
  const hash = hashOf(["prisma/schema.prisma", "package-lock.json"]);
  const kept = { stamp: inRoot(folder, ".stamp"), hash, makes: inRoot(folder, "prisma/client.ts") };
  await unlessStamped(kept, () => step("Generating the database client", generateClient));
}

/** Bundles the server and builds the pages, each when its sources changed. */
export async function ensureBuilt({ web = true } = {}) {
  await ensureGenerated();
  const server = { stamp: inRoot("dist/.stamp"), hash: hashOf(serverSources), makes: inRoot("dist/server/index.js") };
  await unlessStamped(server, () => step("Building the server", bundleServer));
  if (!web) return;
  const pages = { stamp: inRoot(".next/.stamp"), hash: hashOf(webSources), makes: inRoot(".next/BUILD_ID") };
  await unlessStamped(pages, () => step("Building the pages", buildPages));
}

async function bundleServer() {
  const { build, stop } = await import("esbuild");
  const present = entries.filter((entry) => existsSync(inRoot(entry)));
  const bundle = build({
    absWorkingDir: root,
    entryPoints: present,
    outdir: "dist",
    outbase: ".",
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    target: "node20",
    sourcemap: true,
    logLevel: "silent",
  });
  try {
    await bundle;
  } catch (error) {
    throw new Failure(`The server could not be bundled: ${error.message}`);
  } finally {
    await stop();
  }
}

async function buildPages() {
  const env = { NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" };
  const { code, output } = await runCommand(process.execPath, [inRoot("node_modules/next/dist/bin/next"), "build"], {
    env,
  });
  if (code !== 0) throw new Failure(`next build failed:\n${output.trim()}`);
}
