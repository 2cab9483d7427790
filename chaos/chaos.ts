/**
 * Chaos: real processes, real faults, and a ledger as the witness. Runs are started while workers are killed and
 * stopped, the database crashes and the participant fails; then all faults end, everything must come to rest by
 * itself, and what is left is held against the promises.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { createLog } from "@/server/log";
import { createOrchestrator, type Orchestrator } from "@/server/orchestrator/client";
import { verifyRuns } from "@/server/verification/verify-runs";
import { migrate } from "../scripts/migrate.mjs";
import { bundle } from "./bundle";
import { check } from "./check";
import { Cluster } from "./cluster";
import { happenFaults, planFaults } from "./faults";
import { type LedgerEntry, readLedger } from "./ledger";
import type { FromWorker } from "./messages";
import type { ChaosOptions } from "./options";
import { PostOffice } from "./post-office";
import { prepare } from "./sagas";
import { Clients, type Stuck } from "./starter";

export type ChaosReport = {
  readonly figures: Readonly<Record<string, string | number>>;
  /** Empty: every promise was kept. */
  readonly wrong: readonly string[];
};

/** How long after the last fault everything may take to come to rest. */
const restMs = 150_000;

export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const { seed, port, workers, patience, say } = options;
  const dir = mkdtempSync(join(tmpdir(), "saga-chaos-"));
  const name = basename(dir);
  const files = await bundle(name);
  let clients: Clients | null = null;
  let door: Orchestrator | null = null;
  const postOffice = new PostOffice(() => door);
  const heard = (message: FromWorker) => clients?.heard(message);
  const cluster = new Cluster({ dir, files, workers, port, seed, postOffice: await postOffice.open(), heard });
  let pool: pg.Pool | null = null;
  let isKept = false;
  try {
    await cluster.startDatabase();
    await migrate(cluster.url);
    pool = new pg.Pool({ connectionString: cluster.url, max: 2 });
    pool.on("error", () => {});
    await prepare(pool, `http://127.0.0.1:${port}`, patience);
    await cluster.startParticipant();
    for (let i = 0; i < workers; i++) cluster.startWorker(i);
    const secretKey = "not a secret: only for this chaos, and long enough";
    door = await createOrchestrator({
      databaseUrl: cluster.url,
      secretKey,
      log: createLog("silent"),
      worker: "none",
    });
    clients = new Clients(options, cluster, door);
    const faults = planFaults(options);
    say(`Seed ${seed}: ${options.runs} runs in ${options.seconds} s, ${faults.length} faults; logs are in ${dir}`);
    const begun = performance.now();
    await Promise.all([clients.run(), happenFaults(cluster, faults, say)]);
    cluster.calmParticipant();
    const healed = performance.now();
    say(`${((healed - begun) / 1_000).toFixed(1)} s: all orders are acknowledged and the last fault is over`);
    const unrest = await rest(pool, workers);
    const rested = performance.now();
    const stuck = await askedAbout(pool);
    await clients.repair(stuck);
    unrest.push(...(await rest(pool, workers)));
    await door.stop();
    await cluster.drainWorkers();
    const ledger = readLedger(cluster.ledger);
    const report = await verifyRuns(pool, null);
    const wrong = [
      ...unrest,
      ...clients.strange,
      ...(await leftovers(pool)),
      ...(await check(pool, { orders: clients.orders, asked: clients.asked, ledger })),
      ...report.findings.map((f) => `verify: run ${f.run}, invariant ${f.invariant}, decision ${f.seq}: ${f.sentence}`),
    ];
    isKept = wrong.length > 0;
    const figures = {
      seed,
      runs: report.runs,
      "start requests": clients.tries,
      "operations acknowledged": clients.asked.length,
      "undos repaired by hand": stuck.filter(({ reason }) => reason === "compensation_failed").length,
      "late effects settled by hand": stuck.filter(({ reason }) => reason === "late_effect").length,
      "replies brought later": postOffice.accepted.size,
      "replies brought again": postOffice.repeated,
      ...(await ends(pool)),
      decisions: report.decisions,
      ...(await trouble(pool)),
      ...witnessed(ledger),
      faults: faults.length,
      ...counts(faults.map((fault) => `faults: ${fault.kind}`)),
      "seconds of chaos": Math.round((healed - begun) / 1_000),
      "seconds to rest": Math.round((rested - healed) / 1_000),
      wrong: wrong.length,
    };
    return { figures, wrong };
  } catch (error) {
    isKept = true;
    throw error;
  } finally {
    await pool?.end().catch(() => {});
    postOffice.close();
    await cluster.stop();
    rmSync(fileURLToPath(new URL(`../.data/chaos/${name}`, import.meta.url)), { recursive: true, force: true });
    if (isKept) say(`What is left of it stays in ${dir}`);
    else rmSync(dir, { recursive: true, force: true });
  }
}

/** Waits until no run is under way, nobody owns any, and of the workers only the living are known. Answers what is not so. */
async function rest(pool: pg.Pool, workers: number): Promise<string[]> {
  const end = performance.now() + restMs;
  for (;;) {
    // Connections of before the last crash fail once each.
    const now = await unrestOf(pool).catch(() => null);
    if (now && now.live + now.owned + now.inbox + now.dead === 0 && now.workers === workers) return [];
    if (performance.now() > end) return [`It did not come to rest in ${restMs / 1_000} s: ${JSON.stringify(now)}`];
    await delay(250);
  }
}

type Unrest = { live: number; owned: number; inbox: number; workers: number; dead: number };

/** Whoever waits for a person is at rest, and so is a parent that waits for such a child. */
async function unrestOf(pool: pg.Pool): Promise<Unrest | null> {
  const { rows } = await pool.query<Unrest>(
    `select (select count(*) from saga_run r where r.ended_at is null and r.attention = '[]' and not exists (
              select 1 from saga_run c where c.parent = r.id and c.ended_at is null and c.attention <> '[]'))::int as live,
            (select count(*) from saga_run where owner is not null)::int as owned,
            (select count(*) from saga_inbox)::int as inbox,
            (select count(*) from saga_worker)::int as workers,
            (select count(*) from saga_worker_dead)::int as dead`,
  );
  return rows[0] ?? null;
}

async function askedAbout(pool: pg.Pool): Promise<readonly Stuck[]> {
  const { rows } = await pool.query<Stuck>(
    `select r.id::text as run, a->>'step' as step, (a->>'item')::int as item, a->>'reason' as reason
     from saga_run r, jsonb_array_elements(r.attention) a
     where a->>'reason' in ('compensation_failed', 'late_effect')`,
  );
  return rows;
}

/** After the workers have left in order, nothing is anybody's. */
async function leftovers(pool: pg.Pool): Promise<readonly string[]> {
  const { rows } = await pool.query<{ sentence: string }>(
    `select 'Run ' || id || ' is still owned by ' || owner as sentence from saga_run where owner is not null
     union all select 'Worker ' || incarnation || ' left its row' from saga_worker
     union all select 'Worker ' || incarnation || ' left its tombstone' from saga_worker_dead
     union all select 'Run ' || run || ' has something in its inbox' from saga_inbox
     union all select 'Key ' || d.key || ' was taken for run ' || d.run || ', which does not exist'
       from saga_dedupe d where not exists (select 1 from saga_run r where r.id = d.run)`,
  );
  return rows.map(({ sentence }) => sentence);
}

async function ends(pool: pg.Pool): Promise<Record<string, number>> {
  const { rows } = await pool.query<{ what: string; count: number }>(
    `select concat_ws(' ', state, cause, rollback, case when attention <> '[]' then 'with attention' end) as what,
       count(*)::int as count
     from saga_run group by 1 order by 1`,
  );
  return Object.fromEntries(rows.map(({ what, count }) => [`runs ${what}`, count]));
}

/** That there was something to get wrong: how many runs were retried or of unknown outcome. */
async function trouble(pool: pg.Pool): Promise<Record<string, number>> {
  const { rows } = await pool.query<{ retried: number; unknown: number }>(
    `select
       (select count(*) from saga_event where transitions @> '[{"type":"StepRetryScheduled"}]')::int as retried,
       (select count(*) from saga_event where transitions @> '[{"type":"StepFailed","effect":"unknown"}]')::int as unknown`,
  );
  const { retried = 0, unknown = 0 } = rows[0] ?? {};
  return { "attempts retried": retried, "steps of unknown outcome": unknown };
}

function witnessed(ledger: readonly LedgerEntry[]): Record<string, number> {
  return counts(ledger.map(({ what }) => `ledger: ${what}`));
}

function counts(names: readonly string[]): Record<string, number> {
  const counted: Record<string, number> = {};
  for (const name of names) counted[name] = (counted[name] ?? 0) + 1;
  return counted;
}
