/**
 * `npm run verify -- <run id | all>`: holds stored runs against the invariants that docs/reliability.md lists, and prints
 * what is wrong. The database is DATABASE_URL, or the one in the data folder, whether the server runs or not. It only
 * reads. Exit code 1 if anything is wrong.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { verifyRuns } from "../server/verification/verify-runs";
import { requireDatabase, startEmbedded } from "./lib/database.mjs";
import { Failure } from "./lib/failure.mjs";
import { runningPostgres } from "./lib/running-postgres.mjs";
import { readSettings } from "./lib/settings.mjs";

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const mostShown = 200;

async function verify(asked) {
  if (asked !== "all" && !uuid.test(asked ?? "")) throw new Failure("Say which: npm run verify -- all, or a run's id.");
  const { url, stop } = await findDatabase();
  const pool = new pg.Pool({ connectionString: url, max: 2 });
  try {
    return await verifyRuns(pool, asked === "all" ? null : asked);
  } finally {
    await pool.end();
    await stop();
  }
}

async function findDatabase() {
  const { databaseUrl, dataDir } = readSettings();
  const stop = async () => {};
  if (databaseUrl) {
    await requireDatabase(databaseUrl);
    return { url: databaseUrl, stop };
  }
  const dir = join(dataDir, "postgres");
  const url = runningPostgres(dir, "saga_studio");
  if (url) return { url, stop };
  if (!existsSync(dir))
    throw new Failure(`There is no database in ${dataDir}: start Saga Studio once, or set DATABASE_URL.`);
  const server = await startEmbedded(dataDir);
  return { url: server.databaseUrl, stop: server.stop };
}

function print({ runs, decisions, byState, findings }) {
  for (const { run, invariant, seq, sentence } of findings.slice(0, mostShown)) {
    const where = [run && `run ${run}`, invariant && `invariant ${invariant}`, seq && `decision ${seq}`].filter(
      Boolean,
    );
    console.log(`${where.join(", ")}: ${sentence}`);
  }
  if (findings.length > mostShown) console.log(`and ${findings.length - mostShown} more`);
  const states = Object.entries(byState).map(([state, count]) => `${count} ${state}`);
  console.log(
    `Verified ${runs} runs (${states.join(", ") || "none"}) with ${decisions} decisions: ${findings.length} wrong.`,
  );
  return findings.length === 0 ? 0 : 1;
}

try {
  process.exit(print(await verify(process.argv[2])));
} catch (error) {
  console.error(error instanceof Failure ? error.message : error);
  process.exit(1);
}
