import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import type { TestProject } from "vitest/node";
import { startPostgres } from "../../scripts/lib/postgres.mjs";
import { migrate } from "../../scripts/migrate.mjs";
import { templateDatabase } from "./template-database";

const folder = join(process.cwd(), ".data", "test-pg");
/** Durable against a killed process, which is what tests do; not against a power cut, which none does. */
const settings = { fsync: "off", max_connections: 200, shared_buffers: "64MB", max_wal_size: "512MB" };

/**
 * Vitest's global set-up: one embedded PostgreSQL for this test run, on a copy of a cached cluster that holds the
 * migrated template database. Each run has its own server, so several may go on at once.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  sweep();
  const cached = await migratedCluster();
  const dir = join(folder, `run-${process.pid}`);
  cpSync(cached, dir, { recursive: true });
  const server = await startPostgres({ dir, settings });
  project.provide("postgresUrl", server.url("postgres"));
  return async () => {
    await server.stop();
    rmSync(dir, { recursive: true, force: true });
  };
}

/** The folder of a stopped cluster with all migrations applied to its template database; made when they change. */
async function migratedCluster(): Promise<string> {
  const cached = join(folder, `template-${migrationsHash()}`);
  if (existsSync(cached)) return cached;
  const making = join(folder, `making-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  const server = await startPostgres({ dir: making, settings });
  try {
    const admin = new pg.Client({ connectionString: server.url("postgres") });
    await admin.connect();
    await admin.query(`create database ${templateDatabase}`);
    await admin.end();
    await migrate(server.url(templateDatabase));
  } finally {
    await server.stop();
  }
  if (existsSync(cached)) rmSync(making, { recursive: true, force: true });
  else renameSync(making, cached);
  return cached;
}

function migrationsHash(): string {
  const hash = createHash("sha256");
  const migrations = join(process.cwd(), "prisma", "migrations");
  for (const name of readdirSync(migrations).sort()) {
    const file = join(migrations, name, "migration.sql");
    if (existsSync(file)) hash.update(name).update(readFileSync(file));
  }
  return hash.digest("hex").slice(0, 16);
}

/** Removes what test runs that were killed left behind, and templates of older migrations. */
function sweep(): void {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    const [kind, rest] = name.split("-");
    const stale = kind === "template" ? rest !== migrationsHash() : !isRunning(Number(rest));
    if (stale) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
