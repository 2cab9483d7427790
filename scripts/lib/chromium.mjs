import { existsSync } from "node:fs";
import { aptInstall, isDebianRoot } from "./debian.mjs";
import { runCommand } from "./run-command.mjs";

const systemPaths = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

const advice =
  "No Chromium was found: install one (on Debian `apt-get install chromium`, else `npx playwright install chromium`), or name it with CHROMIUM_PATH.";

/** Finds a Chromium, or installs one; answers `{ path }`, or `{ advice }` in one line when neither went. */
export async function findChromium() {
  const present = await presentChromium();
  if (present) return { path: present };
  if (isDebianRoot()) await aptInstall("chromium");
  if (!(await presentChromium()))
    await runCommand(process.execPath, ["node_modules/playwright/cli.js", "install", "chromium"]);
  const installed = await presentChromium();
  return installed ? { path: installed } : { advice };
}

async function presentChromium() {
  const { chromium } = await import("@playwright/test");
  const candidates = [process.env.CHROMIUM_PATH, ...systemPaths, chromium.executablePath()];
  return candidates.find((path) => path && existsSync(path)) ?? null;
}
