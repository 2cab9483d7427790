import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "./failure.mjs";
import { commandOf, isAlive } from "./processes.mjs";

/** Takes the data folder for this process, so that a second start on it ends with one clear line; answers the release. */
export function lockFolder(dir) {
  const file = join(dir, "running.pid");
  for (let attempt = 0; ; attempt += 1) {
    try {
      writeFileSync(file, `${process.pid}\n`, { flag: "wx" });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if (error.code !== "EEXIST" || attempt > 2) throw error;
      const holder = Number(readFileSync(file, "utf8"));
      if (isOurs(holder))
        throw new Failure(
          `Saga Studio is already running on ${dir} (process ${holder}): stop it, or choose another folder with DATA_DIR.`,
        );
      rmSync(file, { force: true });
    }
  }
}

/** After a kill -9 or a restarted container the number may be nobody's, our own, or somebody else's. */
function isOurs(pid) {
  return pid !== process.pid && isAlive(pid) && /scripts[\\/](start|dev|e2e-server)\.mjs/.test(commandOf(pid));
}
