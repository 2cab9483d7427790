/** A process that tells events and is killed with SIGKILL at a statement of its own, before that is sent or once it is done. */
import pg from "pg";
import { createOrchestrator } from "../client";
import type { TellRequest } from "../orchestrator";
import { testLog, testSecretKey } from "./fixtures";

export type TellingDeath = { readonly statement: string; readonly when: "before" | "after" };
export type TellingTask = {
  readonly worker: "inline" | "none";
  readonly requests: readonly TellRequest[];
  readonly death: TellingDeath;
};

const [databaseUrl = "", task = ""] = process.argv.slice(2);
const { worker, requests, death } = JSON.parse(task) as TellingTask;

type Statement = string | { readonly name?: string };
type Query = (statement: Statement, ...rest: unknown[]) => Promise<unknown>;

/** A statement of the worker's is meant only once the events are accepted: it looks for work all the time. */
const isOfWorker = worker === "inline";
let isMeant = false;
const query = pg.Client.prototype.query as unknown as Query;
(pg.Client.prototype as unknown as { query: Query }).query = function (this: pg.Client, statement, ...rest) {
  const name = typeof statement === "string" ? statement : statement.name;
  const isIt = isMeant && name === death.statement;
  if (isIt && death.when === "before") process.kill(process.pid, "SIGKILL");
  const answered = query.call(this, statement, ...rest);
  const isAccepted = isOfWorker && name === "commit";
  if (!isIt && !isAccepted) return answered;
  return answered.then((result) => {
    if (isIt) process.kill(process.pid, "SIGKILL");
    isMeant = true;
    return result;
  });
};

// The test run was killed: nobody is left to stop this.
process.on("disconnect", () => process.exit(1));
const orchestrator = await createOrchestrator({ databaseUrl, secretKey: testSecretKey, log: testLog, worker });
isMeant = !isOfWorker;
await orchestrator.tell(requests);
