/**
 * Writes the next migration: `node scripts/new-migration.mjs <name>`.
 * The difference between the migrations so far and prisma/schema.prisma becomes
 * prisma/migrations/<time>_<name>/migration.sql, made on an embedded PostgreSQL of its own.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inRoot } from "./lib/paths.mjs";
import { startPostgres } from "./lib/postgres.mjs";
import { engineSchema, migrationsList, noFilter, withSchemaEngine } from "./lib/schema-engine.mjs";

const name = process.argv[2];
if (!/^[a-z0-9_]+$/.test(name ?? "")) {
  console.error("Usage: node scripts/new-migration.mjs <name in snake_case>");
  process.exit(1);
}

const scratch = mkdtempSync(join(tmpdir(), "saga-migration-"));
const postgres = await startPostgres({ dir: join(scratch, "pg"), settings: { fsync: "off" } });
try {
  const sql = await difference(postgres.url("postgres"));
  if (sql === null) console.log("The migrations already make this schema.");
  else console.log(`Wrote ${write(sql)}: read it, and append by hand what the schema cannot say.`);
} finally {
  await postgres.stop();
  rmSync(scratch, { recursive: true, force: true });
}

/** The SQL from the migrations so far to the schema; null when there is none. */
async function difference(url) {
  const { stdout, exitCode } = await withSchemaEngine(url, (engine) =>
    engine.diff({
      from: { tag: "migrations", ...migrationsList() },
      to: {
        tag: "schemaDatamodel",
        files: [{ path: "schema.prisma", content: engineSchema() }],
        configDir: inRoot("prisma"),
      },
      script: true,
      exitCode: true,
      shadowDatabaseUrl: null,
      filters: noFilter,
    }),
  );
  return exitCode === 0 ? null : stdout;
}

/** The time, or a second after the newest migration, should that be ahead of this machine's clock: they run in order of name. */
function nextStamp() {
  const stamps = readdirSync(inRoot("prisma/migrations")).flatMap((folder) => /^\d{14}/.exec(folder) ?? []);
  const [, year, month, day, hour, minute, second] =
    /(.{4})(..)(..)(..)(..)(..)/.exec(stamps.toSorted().at(-1) ?? "") ?? [];
  const newest = year === undefined ? 0 : Date.UTC(+year, month - 1, +day, +hour, +minute, +second);
  return new Date(Math.max(Date.now(), newest + 1_000)).toISOString().replace(/\D/g, "").slice(0, 14);
}

function write(sql) {
  const folder = inRoot("prisma/migrations", `${nextStamp()}_${name}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "migration.sql"), sql);
  writeFileSync(inRoot("prisma/migrations/migration_lock.toml"), 'provider = "postgresql"\n');
  return join(folder, "migration.sql");
}
