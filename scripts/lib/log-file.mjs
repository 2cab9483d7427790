import { createWriteStream, existsSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { dim, red } from "./progress.mjs";

const largest = 20 * 1024 * 1024;

/** Writes what the children print to server.log in the data folder, and lets lines from `level` up through to the console. */
export function openLog(dir, level) {
  const file = join(dir, "server.log");
  if (existsSync(file) && statSync(file).size > largest) renameSync(file, `${file}.1`);
  const stream = createWriteStream(file, { flags: "a", mode: 0o600 });
  const onLine = ({ name, kind, text }) => {
    stream.write(`${text}\n`);
    const shown = toConsole({ name, kind, text, level });
    if (shown !== null) process.stdout.write(`${shown}\n`);
  };
  return { file, onLine, close: () => new Promise((resolve) => stream.end(resolve)) };
}

/** A log line as a person reads it; null when it is not for the console. */
function toConsole({ name, kind, text, level }) {
  const entry = parse(text);
  if (!entry) return kind === "err" ? dim(`  ${name}: ${text}`) : null;
  if (entry.level < level) return null;
  const what = [entry.msg, entry.err?.message].filter(Boolean).join(": ");
  return entry.level >= 50 ? red(`  ${name}: ${what}`) : dim(`  ${name}: ${what}`);
}

function parse(text) {
  if (!text.startsWith("{")) return null;
  try {
    const entry = JSON.parse(text);
    return typeof entry.level === "number" ? entry : null;
  } catch {
    return null;
  }
}
