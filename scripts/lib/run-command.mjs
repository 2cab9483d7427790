import { spawn } from "node:child_process";
import { root } from "./paths.mjs";

const running = new Set();

/** Ends the commands that still run. */
export function stopCommands() {
  for (const child of running) child.kill("SIGTERM");
}

/** Runs a command to its end and answers its code and output; `echo` also lets it speak on the console. */
export function runCommand(file, args, { env = {}, echo = false, cwd = root } = {}) {
  return new Promise((resolve) => {
    const child = spawn(file, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ["ignore", echo ? "inherit" : "pipe", echo ? "inherit" : "pipe"],
    });
    running.add(child);
    let output = "";
    const keep = (chunk) => {
      output = (output + chunk).slice(-20_000);
    };
    child.stdout?.on("data", keep);
    child.stderr?.on("data", keep);
    child.once("error", (error) => resolve({ code: 127, output: error.message }));
    child.once("close", (code) => {
      running.delete(child);
      resolve({ code: code ?? 1, output });
    });
  });
}
