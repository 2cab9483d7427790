/**
 * A worker in a process of its own, for tests that kill one. It starts one run when it is told to, and kills itself with
 * SIGKILL at the point named by its first argument; the points lie where the product's own code meets the outside.
 */
import pg from "pg";
import { createOrchestrator } from "../client";
import { HttpTransport } from "../transports/http";
import type { Transport } from "../transports/transport";
import { startRequest, testLog, testSecretKey } from "./fixtures";

type Point = "before_start" | "after_start" | "before_call" | "after_call" | "before_flush" | "after_flush" | "never";

const [databaseUrl = "", point = "never", order = ""] = process.argv.slice(2) as [string, Point, string];

function dieAt(here: Point): void {
  if (here === point) process.kill(process.pid, "SIGKILL");
}

/** Flushes before the fatal one: the first carries the outcome of the first step and the intent of the second. */
const statements: Readonly<Record<string, readonly [before: Point, after: Point]>> = {
  start_owned: ["before_start", "after_start"],
  flush: ["before_flush", "after_flush"],
};

type Query = (config: unknown, ...rest: unknown[]) => unknown;

const query = pg.Client.prototype.query as unknown as Query;
(pg.Client.prototype as unknown as { query: Query }).query = function (this: pg.Client, config, ...rest) {
  const points = statements[(config as { name?: string }).name ?? ""];
  if (!points) return query.call(this, config, ...rest);
  dieAt(points[0]);
  return (query.call(this, config, ...rest) as Promise<unknown>).then((result) => {
    dieAt(points[1]);
    return result;
  });
};

const http = new HttpTransport();
const transport: Transport = {
  call: async (command, service, signal) => {
    dieAt("before_call");
    const outcome = await http.call(command, service, signal);
    dieAt("after_call");
    return outcome;
  },
  close: () => http.close(),
};

const options = { databaseUrl, secretKey: testSecretKey, log: testLog, worker: "inline", transport } as const;
const orchestrator = await createOrchestrator(options);
process.send?.("ready");
// The test run was killed: nobody is left to stop this.
process.on("disconnect", () => process.exit(1));
process.on("message", (message) => {
  if (message === "stop") void orchestrator.stop().then(() => process.exit(0));
});
if (order !== "") {
  const [answer] = await orchestrator.start([startRequest("Order", { order, amount: 1 }, { key: order })]);
  process.send?.(answer ?? null);
}
