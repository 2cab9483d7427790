import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { commandOf, isAlive } from "./processes.mjs";

/** The address of `database` in the embedded server that runs on this folder right now; null when none does. */
export function runningPostgres(dir, database) {
  const data = join(dir, "cluster");
  const file = join(data, "postmaster.pid");
  if (!existsSync(file)) return null;
  const [pid, , , port, socket, , , status] = readFileSync(file, "utf8").split("\n");
  if (status?.trim() !== "ready" || !isAlive(Number(pid)) || !commandOf(Number(pid)).includes(data)) return null;
  const password = readFileSync(join(dir, "password"), "utf8").trim();
  return socket
    ? `postgresql://postgres:${password}@localhost/${database}?host=${encodeURIComponent(socket)}&port=${port}`
    : `postgresql://postgres:${password}@127.0.0.1:${port}/${database}`;
}
