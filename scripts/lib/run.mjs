/**
 * The whole product in one command: what `npm start` and `npm run dev` do.
 * Starts in order: install, build, database, migrations, demo shop, seed, server. Stops in the reverse order, and
 * whatever goes wrong half way stops what was started.
 */
import { chmodSync, mkdirSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { ensureBuilt, ensureGenerated } from "./build.mjs";
import { startChild } from "./child.mjs";
import { Failure } from "./failure.mjs";
import { ensureInstalled } from "./install.mjs";
import { lockFolder } from "./lock.mjs";
import { openLog } from "./log-file.mjs";
import { inRoot } from "./paths.mjs";
import { nextFreePort, requirePort } from "./ports.mjs";
import { bold, dim, red, step } from "./progress.mjs";
import { runCommand, stopCommands } from "./run-command.mjs";
import { demoSecretOf, keepSecrets } from "./secrets.mjs";
import { readSettings } from "./settings.mjs";
import { onStopRequest } from "./stop-request.mjs";
import { watchSources } from "./watch-sources.mjs";

/** How long the server may drain, in ms. */
const drain = 30_000;

/** Runs everything until it is told to stop; answers the exit code. */
export async function run({ dev = false } = {}) {
  const stops = [];
  const stopAll = async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  };
  const ending = onStopRequest();
  try {
    const starting = start({ dev, stops, ending });
    await Promise.race([ending.requested, starting]);
    const { failed } = await ending.requested;
    if (!failed) process.stdout.write(dim("\n  Stopping: what is under way is finished or put down …\n"));
    stopCommands();
    await stopAll();
    // Asked to stop while starting: what was on its way up in that moment is stopped too.
    await Promise.race([starting.catch(() => {}), delay(5000)]);
    await stopAll();
    if (failed) throw failed;
    return 0;
  } catch (error) {
    await stopAll();
    if (!(error instanceof Failure)) throw error;
    process.stderr.write(`\n${red(error.message)}\n`);
    return 1;
  }
}

async function start({ dev, stops, ending }) {
  const settings = readSettings();
  const listens = settings.role !== "worker";
  await requirePort(settings.port, settings.host);
  process.stdout.write(`${bold("Saga Studio")}\n`);
  await ensureInstalled();
  await (dev ? ensureGenerated() : ensureBuilt({ web: listens }));
  prepareFolder(settings.dataDir);
  const log = openLog(settings.dataDir, dev ? 30 : 40);
  stops.push(log.close);
  const databaseUrl = await openDatabase(settings, stops, ending);
  const env = environment({ settings, databaseUrl, dev });
  const context = { settings, env, dev, stops, ending, log };
  await startDemo(context);
  if (listens) await step("Seeding", () => seed(context));
  await startServer(context);
}

/** As root the database's user must pass through the folder, though not read it. */
function prepareFolder(dir) {
  mkdirSync(dir, { recursive: true });
  chmodSync(dir, process.getuid?.() === 0 ? 0o711 : 0o700);
}

async function openDatabase(settings, stops, ending) {
  const { requireDatabase, startEmbedded } = await import("./database.mjs");
  let url = settings.databaseUrl;
  if (url) await step("Reaching the database", () => requireDatabase(url));
  else {
    stops.push(lockFolder(settings.dataDir));
    await step("Starting PostgreSQL", async () => {
      const server = await startEmbedded(settings.dataDir);
      url = server.databaseUrl;
      let stopping = false;
      stops.push(() => {
        stopping = true;
        return server.stop();
      });
      server.exited.then(
        () =>
          stopping ||
          ending.fail(new Failure(`PostgreSQL stopped by itself: see ${settings.dataDir}/postgres/postgres.log`)),
      );
    });
  }
  const { migrate } = await import("../migrate.mjs");
  await step("Migrating the database", async () => {
    const applied = await migrate(url);
    return applied.length === 0 ? "nothing new" : `${applied.length} applied`;
  });
  return url;
}

function environment({ settings, databaseUrl, dev }) {
  const secrets = { ...keepSecrets(settings.dataDir), ...pick(process.env, ["AUTH_SECRET", "SECRET_KEY"]) };
  return {
    ...secrets,
    ...(settings.demo ? { DEMO_SECRET: demoSecretOf(secrets.SECRET_KEY) } : {}),
    NODE_ENV: dev ? "development" : "production",
    NEXT_TELEMETRY_DISABLED: "1",
    CHECKPOINT_DISABLE: "1",
    DATABASE_URL: databaseUrl,
    DATA_DIR: settings.dataDir,
    HOST: settings.host,
    PORT: String(settings.port),
    ROLE: settings.role,
    DEMO: settings.demo ? "on" : "off",
  };
}

const pick = (source, names) =>
  Object.fromEntries(names.filter((name) => source[name]).map((name) => [name, source[name]]));

/** The arguments of Node that run one of our programs: its bundle, or in development its source. */
const program = (dev, source) =>
  dev ? ["--import", "tsx", inRoot(source)] : ["--enable-source-maps", inRoot("dist", source.replace(/\.ts$/, ".js"))];

/** The demo shop is only a participant: when it ends by itself it comes back, and runs that called it try again. */
async function startDemo(context) {
  const { settings, env, dev, stops, ending, log } = context;
  if (!settings.demo) return;
  const { host, port: serverPort } = settings;
  const participant = {
    ...pick(env, ["NODE_ENV", "DATABASE_URL", "DEMO_SECRET"]),
    ...pick(process.env, ["DEMO_NATS_URL", "DEMO_AMQP_URL"]),
    DEMO_STUDIO_URL: `http://${addressOf(host)}:${serverPort}`,
  };
  let demo;
  let comingBack;
  const launch = async (port) => {
    demo = await startChild({
      name: "demo shop",
      args: program(dev, "demo/index.ts"),
      env: { ...participant, DEMO_PORT: String(port) },
      onLine: log.onLine,
      onExit: ({ code, signal }) => {
        if (ending.isRequested()) return;
        process.stderr.write(
          `${red(`The demo shop stopped by itself (${signal ?? `code ${code}`}); it comes back.`)}\n`,
        );
        comingBack = setTimeout(() => launch(port).catch((error) => ending.fail(error)), 1000);
      },
    });
  };
  await step("Starting the demo shop", async () => {
    const port = settings.demoPort ?? (await nextFreePort(settings.port + 1));
    await launch(port);
    env.DEMO_URL = demo.ready.url;
  });
  stops.push(() => {
    clearTimeout(comingBack);
    return demo.stop(5000);
  });
}

/** Where this machine reaches a server that listens on `host`. */
function addressOf(host) {
  if (host === "0.0.0.0" || host === "::") return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}

async function seed({ env, dev }) {
  const { code, output } = await runCommand(process.execPath, program(dev, "prisma/seed.ts"), { env });
  if (code !== 0) throw new Failure(`Seeding failed:\n${output.trim()}`);
}

async function startServer(context) {
  const { settings, env, dev, stops, ending, log } = context;
  let server;
  const launch = async () => {
    server = await startChild({
      name: "server",
      args: program(dev, "server/index.ts"),
      env,
      onLine: log.onLine,
      onExit: exitWatcher(context),
    });
  };
  await step(settings.role === "worker" ? "Starting the worker" : "Starting the server", launch);
  stops.push(() => server.stop(drain));
  if (dev) stops.push(watchSources(["server", "engine", "contract"], () => reload(context, server, launch)));
  if (!ending.isRequested()) announce({ settings, ready: server.ready, log });
}

async function reload(context, server, launch) {
  context.reloading = true;
  process.stdout.write(dim("  Reloading the server …\n"));
  await server.stop(5000);
  await launch().catch((error) => process.stderr.write(`${red(error.message)}\n`));
  context.reloading = false;
}

/** A server that ends by itself ends everything, since half a product is worse than none. */
function exitWatcher(context) {
  return ({ name, code, signal }) => {
    if (context.reloading) return;
    context.ending.fail(
      new Failure(`The ${name} stopped by itself (${signal ?? `code ${code}`}): see ${context.log.file}`),
    );
  };
}

function announce({ settings, ready, log }) {
  if (settings.role === "worker") process.stdout.write(`\n  The worker runs. Its log is ${log.file}\n\n`);
  else process.stdout.write(`\n  Open ${bold(ready.setupUrl ?? ready.url)}\n\n`);
  process.send?.({ type: "ready", url: ready.url });
}
