import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { v7 } from "uuid";
import type { StartRequest } from "../client";
import type { Death, Task } from "./worker-process";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const forever: Death = { point: "never", step: "", half: "action" };

export type Workers = {
  /** A worker that begins this run, if any, and dies as it is told. */
  readonly fork: (request?: StartRequest | null, death?: Death) => ChildProcess;
  /** A worker that is joined and works until somebody ends it. */
  readonly begin: () => Promise<ChildProcess>;
  /** Kills those that still live. */
  readonly end: () => void;
};

/** What a process of a test's own runs, bundled, so that it is there within half a second. The file is the caller's to remove. */
export async function bundle(entry: string): Promise<string> {
  const outfile = `${root}.data/test-workers/${v7()}.mjs`;
  await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile,
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    target: "node20",
    logLevel: "silent",
  });
  return outfile;
}

/** Worker processes on one database. */
export async function prepareWorkers(databaseUrl: string): Promise<Workers> {
  const outfile = await bundle("server/orchestrator/testing/worker-process.ts");
  const workers = new Set<ChildProcess>();
  const start: Workers["fork"] = (request = null, death = forever) => {
    const task: Task = { request, death };
    const worker = fork(outfile, [databaseUrl, JSON.stringify(task)], { execArgv: [], stdio: "inherit" });
    workers.add(worker);
    return worker;
  };
  return {
    fork: start,
    begin: async () => {
      const worker = start();
      await once(worker, "message");
      return worker;
    },
    end: () => {
      for (const worker of workers) worker.kill("SIGKILL");
      rmSync(outfile, { force: true });
    },
  };
}
