/** The processes under test: one PostgreSQL, workers, one participant; and what may befall each. Owns all of them. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { openSync } from "node:fs";
import { join } from "node:path";
import { type Postgres, startPostgres } from "../scripts/lib/postgres.mjs";
import type { FromWorker, ToWorker } from "./messages";

export type ClusterOptions = {
  readonly dir: string;
  readonly files: { readonly worker: string; readonly participant: string };
  readonly workers: number;
  readonly port: number;
  readonly seed: string;
  /** Where the participant brings replies that come later. */
  readonly postOffice: string;
  readonly heard: (message: FromWorker) => void;
};

type Member = { process: ChildProcess | null; isStopped: boolean };

/** Fully durable, as in production; the cluster is crashed, the machine is not. */
const settings = { max_connections: 100, shared_buffers: "128MB", max_wal_size: "1GB" };

export class Cluster {
  readonly ledger: string;
  readonly #options: ClusterOptions;
  readonly #workers: Member[];
  #postgres: Postgres | null = null;
  #participant: ChildProcess | null = null;
  #url = "";

  constructor(options: ClusterOptions) {
    this.#options = options;
    this.ledger = join(options.dir, "ledger.jsonl");
    this.#workers = Array.from({ length: options.workers }, () => ({ process: null, isStopped: false }));
  }

  get url(): string {
    return this.#url;
  }

  async startDatabase(): Promise<void> {
    this.#postgres = await startPostgres({ dir: join(this.#options.dir, "postgres"), settings });
    this.#url = this.#postgres.url("postgres");
  }

  /** As if the power of the database's machine had failed: no session is ended, nothing is written out. */
  async crashDatabase(): Promise<void> {
    if (!this.#postgres) return;
    process.kill(this.#postgres.pid, "SIGQUIT");
    await this.#postgres.exited;
    this.#postgres = null;
  }

  async startParticipant(): Promise<void> {
    const { files, port, seed, postOffice } = this.#options;
    const child = fork(files.participant, [this.ledger, String(port), seed, postOffice], this.#output("participant"));
    this.#participant = child;
    await once(child, "message");
  }

  async killParticipant(): Promise<void> {
    const child = this.#participant;
    if (!child) return;
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
  }

  /** From now on the participant behaves. */
  calmParticipant(): void {
    this.#participant?.send("calm");
  }

  startWorker(index: number): void {
    const child = fork(this.#options.files.worker, [this.#url], this.#output(`worker-${index}`));
    child.on("message", (message) => this.#options.heard(message as FromWorker));
    child.on("error", () => {});
    this.#workers[index] = { process: child, isStopped: false };
  }

  async killWorker(index: number): Promise<void> {
    const child = this.#workers[index]?.process;
    this.#workers[index] = { process: null, isStopped: false };
    if (!child) return;
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
  }

  /** The process stops as it is, as in a long pause of its machine, and knows nothing of it. */
  stopWorker(index: number): void {
    const member = this.#workers[index];
    if (member?.process?.kill("SIGSTOP")) member.isStopped = true;
  }

  continueWorker(index: number): void {
    const member = this.#workers[index];
    if (member?.process?.kill("SIGCONT")) member.isStopped = false;
  }

  isStopped(index: number): boolean {
    return this.#workers[index]?.isStopped === true;
  }

  tell(index: number, message: ToWorker): void {
    this.#workers[index]?.process?.send(message, () => {});
  }

  /** Asks the workers to stop in order, and waits for it. */
  async drainWorkers(): Promise<void> {
    const children = this.#workers.flatMap(({ process: child }) => (child?.exitCode === null ? [child] : []));
    await Promise.all(
      children.map(async (child) => {
        const exited = once(child, "exit");
        child.send({ type: "stop" } satisfies ToWorker, () => {});
        await exited;
      }),
    );
  }

  async stop(): Promise<void> {
    for (const { process: child } of this.#workers) child?.kill("SIGKILL");
    this.#participant?.kill("SIGKILL");
    await this.#postgres?.stop();
  }

  #output(name: string) {
    const log = openSync(join(this.#options.dir, `${name}.log`), "a");
    return { execArgv: [], stdio: ["ignore", log, log, "ipc"] as ["ignore", number, number, "ipc"] };
  }
}
