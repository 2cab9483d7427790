import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

/** A real NATS server on a port and a store of its own. */
export type NatsServer = {
  readonly url: string;
  readonly port: number;
  /** As a power cut does it; what was acknowledged is on disk. */
  readonly kill: () => Promise<void>;
  /** Again on the same port, with the same store. */
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

/** `jetstream: false`: a plain NATS server. `config`: further lines of its configuration. */
export type NatsOptions = { readonly jetstream?: boolean; readonly config?: string };

const within = 10_000;

export async function startNatsServer({ jetstream = true, config = "" }: NatsOptions = {}): Promise<NatsServer> {
  const dir = mkdtempSync(join(tmpdir(), "saga-nats-"));
  const port = await freePort();
  const file = join(dir, "nats.conf");
  const store = jetstream ? `jetstream { store_dir: ${JSON.stringify(join(dir, "store"))} }` : "";
  writeFileSync(file, `listen: "127.0.0.1:${port}"\n${store}\n${config}\n`);
  let child: ChildProcess | null = null;
  const kill = async () => {
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  };
  const start = async () => {
    child = spawn(natsBinary(), ["-c", file, "-l", join(dir, "nats.log")], { stdio: "ignore" });
    await listens(port, child);
  };
  await start();
  return {
    url: `nats://127.0.0.1:${port}`,
    port,
    kill,
    start,
    stop: async () => {
      await kill();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

function natsBinary(): string {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/usr/local/bin"];
  const found = folders.map((folder) => join(folder, "nats-server")).find((path) => existsSync(path));
  if (!found) throw new Error("nats-server is not installed: `npm test` installs it, or says how");
  return found;
}

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

async function listens(port: number, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + within;
  while (!(await answers(port))) {
    if (child.exitCode !== null || Date.now() > deadline) throw new Error("nats-server does not start");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** It greets whoever connects. */
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const done = (is: boolean) => {
      socket.destroy();
      resolve(is);
    };
    socket.once("data", () => done(true));
    socket.once("error", () => done(false));
    socket.setTimeout(1_000, () => done(false));
  });
}
