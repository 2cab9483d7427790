/**
 * A worker in a process of its own, for tests that kill one. It starts the run that its task names, and kills itself with
 * SIGKILL at the point that its task names; the points lie where the product's own code meets the outside.
 */
import pg from "pg";
import type { Transition } from "@/engine";
import { movedChannel } from "../channels";
import { createOrchestrator, type StartRequest } from "../client";
import { HttpTransport } from "../transports/http";
import type { Transport } from "../transports/transport";
import { testLog, testSecretKey } from "./fixtures";

/**
 * `intent` is the decision to make the call, `reply` the decision that its answer brings; each is written by one
 * statement: not sent yet, on its way and not answered, or committed and nothing done about it. *Leaving*: the call is
 * handed to the network; *read*: its answer is. *Untold*: the reply is committed and nobody was notified; *told*: all
 * were. At *never* the process goes on until it is killed from outside.
 */
export type Point =
  | `${"intent" | "reply"}_${"unsent" | "sent" | "committed"}`
  | "call_leaving"
  | "reply_read"
  | "untold"
  | "told"
  | "never";

/** A call, by its step, item and half. */
export type Target = { readonly step: string; readonly item?: number; readonly half: "action" | "compensation" };
/** The worker dies at this point around its first such call. */
export type Death = Target & { readonly point: Point };
export type Task = { readonly request: StartRequest | null; readonly death: Death };

const [databaseUrl = "", given = ""] = process.argv.slice(2);
const { request, death } = JSON.parse(given) as Task;

function dieAt(point: Point): void {
  if (point === death.point) process.kill(process.pid, "SIGKILL");
}

const types = {
  action: { intent: "StepStarted", reply: "StepCompleted" },
  compensation: { intent: "CompensationStarted", reply: "CompensationCompleted" },
} as const;

type Statement = { readonly name?: string; readonly values?: readonly unknown[] };

/** The decisions that a statement writes: of one of its parameters, a line of JSON for each. */
function decisionsOf({ name = "", values = [] }: Statement): readonly (readonly Transition[])[] {
  if (name !== "flush" && name !== "start_owned") return [];
  const lines = values.flatMap((value) => (typeof value === "string" ? value.split("\n") : []));
  return lines.filter((line) => line.startsWith('[{"type":')).map((line) => JSON.parse(line));
}

function itemOf(t: Transition): number | undefined {
  return "item" in t ? t.item : undefined;
}

function momentOf(decisions: readonly (readonly Transition[])[]): "intent" | "reply" | null {
  const { intent, reply } = types[death.half];
  const written = decisions.flat().filter((t) => "step" in t && t.step === death.step && itemOf(t) === death.item);
  if (written.some(({ type }) => type === reply)) return "reply";
  return written.some(({ type }) => type === intent) ? "intent" : null;
}

/** The runs that this worker began. */
const ours = new Set<string>();
let isReplied = false;
/** Once the reply is committed, what the notice of it says. */
let news: string | null = null;

/** Whether a statement tells the other processes of the reply. */
function tells({ name, values = [] }: Statement): boolean {
  if (name !== "notify" || news === null) return false;
  const [channels = [], payloads = []] = values as readonly string[][];
  return payloads.some((payload, i) => channels[i] === movedChannel && payload.includes(news ?? ""));
}

type Query = (statement: Statement, ...rest: unknown[]) => Promise<unknown>;

const query = pg.Client.prototype.query as unknown as Query;
(pg.Client.prototype as unknown as { query: Query }).query = function (this: pg.Client, statement, ...rest) {
  const decisions = decisionsOf(statement);
  const moment = momentOf(decisions);
  const isTelling = tells(statement);
  for (const t of decisions.flat()) if (t.type === "RunStarted") ours.add(t.run);
  if (moment) dieAt(`${moment}_unsent`);
  const answered = query.call(this, statement, ...rest);
  if (!moment && !isTelling) return answered;
  if (moment) process.nextTick(() => dieAt(`${moment}_sent`));
  return answered.then((result) => {
    if (moment) dieAt(`${moment}_committed`);
    if (moment === "reply") isReplied = true;
    if (isTelling) dieAt("told");
    return result;
  });
};

const http = new HttpTransport();
const transport: Transport = {
  call: async (command, service, signal) => {
    const isIt = command.step === death.step && command.item === death.item && command.half === death.half;
    if (isIt) dieAt("call_leaving");
    const outcome = await http.call(command, service, signal);
    if (isIt) dieAt("reply_read");
    return outcome;
  },
  close: () => http.close(),
};

const options = { databaseUrl, secretKey: testSecretKey, log: testLog, worker: "inline", transport } as const;
const orchestrator = await createOrchestrator(options);
// Whoever listens here is told just before the other processes are.
orchestrator.onMoved((moved) => {
  if (!isReplied || news !== null || !moved.some(({ run }) => ours.has(run))) return;
  dieAt("untold");
  news = JSON.stringify(moved.map(({ run, seq }) => [run, seq]));
});
process.send?.("ready");
// The test run was killed: nobody is left to stop this.
process.on("disconnect", () => process.exit(1));
process.on("message", (message) => {
  if (message === "stop") void orchestrator.stop().then(() => process.exit(0));
});
if (request) await orchestrator.start([request]);
