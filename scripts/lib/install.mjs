import { existsSync, statSync } from "node:fs";
import { Failure } from "./failure.mjs";
import { hashOf, unlessStamped } from "./hash.mjs";
import { inRoot } from "./paths.mjs";
import { step } from "./progress.mjs";
import { runCommand } from "./run-command.mjs";

/** Installs the dependencies when the lock file is newer than what is installed. */
export async function ensureInstalled() {
  const installed = inRoot("node_modules/.package-lock.json");
  const wanted = inRoot("package-lock.json");
  if (existsSync(installed) && statSync(wanted).mtimeMs <= statSync(installed).mtimeMs) return;
  // A checkout touches the lock file without changing it.
  const kept = {
    stamp: inRoot("node_modules/.saga-studio-installed"),
    hash: hashOf(["package-lock.json"]),
    makes: installed,
  };
  await unlessStamped(kept, () => step("Installing dependencies", npmCi));
}

async function npmCi() {
  // Nothing is fetched besides packages: Prisma's client needs no engine, and the browser is found later.
  const env = {
    PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
    PRISMA_SKIP_POSTINSTALL_GENERATE: "1",
    PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: "1",
    CHECKPOINT_DISABLE: "1",
    NODE_ENV: "development",
  };
  const [file, ...args] = npmCommand();
  const { code, output } = await runCommand(file, [...args, "ci", "--no-audit", "--no-fund"], { env });
  if (code !== 0) throw new Failure(`npm ci failed:\n${output.trim()}`);
}

/** npm as it was called, else as the shell finds it. */
function npmCommand() {
  const cli = process.env.npm_execpath;
  if (cli?.endsWith("npm-cli.js")) return [process.execPath, cli];
  return process.platform === "win32" ? ["cmd", "/c", "npm"] : ["npm"];
}
