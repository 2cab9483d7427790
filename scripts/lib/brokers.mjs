import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { aptInstall, isDebianRoot } from "./debian.mjs";
import { runCommand } from "./run-command.mjs";

/** The message brokers that tests start for themselves, and the tests that need each. */
const brokers = [
  { name: "nats-server", tests: "**/*.nats.db.test.ts" },
  { name: "rabbitmq-server", tests: "**/*.rabbitmq.db.test.ts" },
];

let found = null;

/** Finds the brokers, or installs them, once; answers which tests must be left out, and why in one line, or null. */
export function findBrokers() {
  found ??= findOrInstall();
  return found;
}

async function findOrInstall() {
  const wanted = missing();
  if (wanted.length > 0 && isDebianRoot()) {
    await aptInstall(...wanted.map(({ name }) => name));
    // Tests start their own; one that the system started would only take its port.
    for (const { name } of wanted) await runCommand("service", [name, "stop"]);
  }
  const left = missing();
  return { leaveOut: left.map(({ tests }) => tests), advice: left.length === 0 ? null : adviceOn(left) };
}

function missing() {
  return brokers.filter(({ name }) => !isHere(name));
}

/** Whether this machine has the program of that name. */
export function isHere(name) {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/usr/local/bin"];
  return folders.some((folder) => folder && existsSync(join(folder, name)));
}

function adviceOn(left) {
  const names = left.map(({ name }) => name).join(" and ");
  const tests = left.map(({ tests }) => tests).join(" and ");
  return `Left out: ${tests}, which need ${names}. Install them (on Debian \`apt-get install ${names.replace(" and ", " ")}\`).`;
}
