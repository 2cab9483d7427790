import { existsSync, readFileSync } from "node:fs";
import { runCommand } from "./run-command.mjs";

/** Whether we may install what is missing: on Debian, or what descends from it, as root. */
export function isDebianRoot() {
  return (
    process.getuid?.() === 0 && existsSync("/etc/debian_version") && readFileSync("/etc/debian_version", "utf8") !== ""
  );
}

/** Installs packages; whether it went shows in what is there afterwards. */
export async function aptInstall(...packages) {
  await runCommand("apt-get", ["update", "-q"]);
  await runCommand("apt-get", ["install", "-y", "-q", "--no-install-recommends", ...packages], {
    env: { DEBIAN_FRONTEND: "noninteractive" },
  });
}
