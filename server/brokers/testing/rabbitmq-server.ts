/**
 * A RabbitMQ node for a test file: real, alone, and quick to begin. Everything that nodes of one machine share (the name,
 * the cookie, the ports, the port mapper `epmd`) is its own, so that several test runs never meet. It dies with the test
 * process, also when that is killed.
 */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";

const settleMs = 3_000;
const patienceMs = 60_000;

export type RabbitMqServer = {
  /** Without credentials: user and password are `guest`. */
  readonly url: string;
  readonly port: number;
  /** The same node over TLS, when a certificate was given. */
  readonly tlsUrl: string;
  /** As a power cut would: kill -9. */
  readonly kill: () => Promise<void>;
  /**
   * Until a kill no longer loses a quorum queue that was just made: RabbitMQ 3.10 writes down which log is whose
   * about a second later, and a node without neighbours has it from nowhere else.
   */
  readonly settle: () => Promise<void>;
  /** On the same data and ports; resolves when connections are taken. */
  readonly start: () => Promise<void>;
  /** `rabbitmqctl` with these arguments. */
  readonly control: (...args: readonly string[]) => Promise<void>;
  /** For good; its data goes too. */
  readonly stop: () => Promise<void>;
};

/** PEM files. */
export type Certificate = { readonly cert: string; readonly key: string };

export async function startRabbitMq(certificate: Certificate | null = null): Promise<RabbitMqServer> {
  const program = rabbitMqProgram();
  const folder = mkdtempSync(join(tmpdir(), "rabbitmq-"));
  const [port = 0, tlsPort = 0, distPort = 0, epmdPort = 0] = await freePorts(4);
  writeFileSync(join(folder, "node.conf"), settings(port, tlsPort, certificate));
  writeFileSync(join(folder, "plugins"), "[].\n");
  const env = environment(folder, distPort, epmdPort);
  let children: ChildProcess[] = [];
  const kill = async () => {
    await Promise.all(children.map(killGroup));
    children = [];
    await Promise.all([port, epmdPort].map((held) => until(held, false)));
  };
  const start = async () => {
    children.push(inGroup("epmd", ["-port", String(epmdPort), "-address", "127.0.0.1"], env));
    await until(epmdPort, true);
    children.push(inGroup(program, [], env));
    await until(port, true);
  };
  const settle = () => delay(settleMs);
  const control = async (...args: readonly string[]) => {
    await promisify(execFile)(join(dirname(program), "rabbitmqctl"), args, { env });
  };
  const stop = async () => {
    await kill();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await start();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url: `amqp://127.0.0.1:${port}`,
    port,
    tlsUrl: `amqps://localhost:${tlsPort}`,
    settle,
    kill,
    start,
    control,
    stop,
  };
}

/** Not the wrapper in /usr/sbin of Debian's: that one changes the user, and the folders with it. */
function rabbitMqProgram(): string {
  const folders = ["/usr/lib/rabbitmq/bin", ...(process.env.PATH ?? "").split(delimiter)];
  const found = folders.map((folder) => join(folder, "rabbitmq-server")).find((path) => existsSync(path));
  if (!found) throw new Error("rabbitmq-server is not installed: apt-get install rabbitmq-server");
  return found;
}

function settings(port: number, tlsPort: number, certificate: Certificate | null): string {
  const plain = [
    `listeners.tcp.1 = 127.0.0.1:${port}`,
    "num_acceptors.tcp = 2",
    "log.console = true",
    "log.console.level = error",
    "log.file = false",
    "disk_free_limit.absolute = 1MB",
    "vm_memory_high_watermark.absolute = 512MB",
  ];
  const tls = certificate
    ? [
        `listeners.ssl.1 = 127.0.0.1:${tlsPort}`,
        "num_acceptors.ssl = 2",
        `ssl_options.certfile = ${certificate.cert}`,
        `ssl_options.keyfile = ${certificate.key}`,
        "ssl_options.verify = verify_none",
      ]
    : [];
  return `${[...plain, ...tls].join("\n")}\n`;
}

function environment(folder: string, distPort: number, epmdPort: number): NodeJS.ProcessEnv {
  return {
    NODE_ENV: "test",
    PATH: process.env.PATH,
    HOME: folder,
    LANG: "C.UTF-8",
    ERL_EPMD_PORT: String(epmdPort),
    ERL_EPMD_ADDRESS: "127.0.0.1",
    RABBITMQ_NODENAME: `saga${distPort}@localhost`,
    RABBITMQ_DIST_PORT: String(distPort),
    RABBITMQ_MNESIA_BASE: join(folder, "mnesia"),
    RABBITMQ_LOG_BASE: join(folder, "log"),
    RABBITMQ_CONFIG_FILE: join(folder, "node"),
    RABBITMQ_CONF_ENV_FILE: join(folder, "none"),
    RABBITMQ_ADVANCED_CONFIG_FILE: join(folder, "none"),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, "plugins"),
    RABBITMQ_FEATURE_FLAGS_FILE: join(folder, "feature-flags"),
    // Erlang's threads would otherwise spin while they wait, on cores that the tests need.
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: "+S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none +A 4",
  };
}

/** A process group of its own, that ends itself when the pipe from this process closes. */
function inGroup(command: string, args: readonly string[], env: NodeJS.ProcessEnv): ChildProcess {
  const script = '"$0" "$@" & cat >/dev/null; kill -9 0';
  const child = spawn("/bin/sh", ["-c", script, command, ...args], {
    env,
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  child.on("error", () => {});
  return child;
}

async function killGroup(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  process.kill(-child.pid, "SIGKILL");
  await exited;
}

/** A killed program holds its port a moment longer than its shell lives. */
async function until(port: number, open: boolean): Promise<void> {
  for (const end = Date.now() + patienceMs; Date.now() < end; await delay(20)) {
    if ((await isOpen(port)) === open) return;
  }
  throw new Error(`Port ${port} is ${open ? "not open" : "still open"} after ${patienceMs / 1_000} s`);
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

/** Held all at once, so that they differ. */
async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(Array.from({ length: count }, listening));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

async function listening(): Promise<Server> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}
