import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { Failure } from "./failure.mjs";
import { inRoot, root } from "./paths.mjs";
import { waitForExit } from "./processes.mjs";

const guard = inRoot("scripts/lib/exit-with-parent.mjs");

/**
 * Starts one of our Node programs in a process group of its own, so that Ctrl-C reaches it only through us, and waits
 * until it says `{ type: "ready" }`. Each line it prints goes to `onLine`; `onExit` is told when it ends.
 */
export async function startChild({ name, args, env, onLine, onExit, timeout = 60_000 }) {
  const child = spawn(process.execPath, ["--import", guard, ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    detached: true,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const tail = [];
  for (const [stream, kind] of [
    [child.stdout, "out"],
    [child.stderr, "err"],
  ]) {
    createInterface({ input: stream }).on("line", (text) => {
      tail.push(text);
      if (tail.length > 30) tail.shift();
      onLine({ name, kind, text });
    });
  }
  const handle = {
    name,
    pid: child.pid,
    stop: (grace) => stop(child, grace),
    kill: () => child.kill("SIGKILL"),
    ready: null,
  };
  handle.ready = await untilReady({ child, name, tail, timeout });
  child.once("exit", (code, signal) => onExit({ name, code, signal }));
  return handle;
}

function untilReady({ child, name, tail, timeout }) {
  return new Promise((resolve, reject) => {
    const fail = (why) => reject(new Failure(`The ${name} ${why}${tail.length > 0 ? `:\n${tail.join("\n")}` : "."}`));
    const late = setTimeout(() => {
      child.kill("SIGKILL");
      fail(`was not ready after ${timeout / 1000} s`);
    }, timeout);
    child.once("error", (error) => fail(`could not be started (${error.message})`));
    child.once("exit", (code, signal) => {
      clearTimeout(late);
      // The last lines are still on their way through the pipes.
      setTimeout(() => fail(`stopped while starting (${signal ?? `code ${code}`})`), 50);
    });
    child.on("message", (message) => {
      if (message?.type !== "ready") return;
      clearTimeout(late);
      resolve(message);
    });
  });
}

/** Asks it to stop, and after `grace` ms makes it. */
async function stop(child, grace) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGTERM");
  if (!(await waitForExit(child.pid, grace))) child.kill("SIGKILL");
}
