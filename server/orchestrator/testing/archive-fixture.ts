import type pg from "pg";
import { v7 } from "uuid";
import type { LogEntry, RunState } from "@/engine";
import { createTestDatabase, type TestDatabase } from "../../testing/database";
import { archiveEnded, type PassOptions } from "../archive-ended";
import { createOrchestrator, type Orchestrator } from "../client";
import { connect } from "../connection";
import {
  isDone,
  orderSaga,
  publish,
  registerService,
  startRequest,
  stateWhen,
  testLog,
  testSecretKey,
} from "./fixtures";
import { type Participant, startParticipant } from "./participant";

type Row = Readonly<Record<string, unknown>>;
type Story = { readonly state: RunState | undefined; readonly log: readonly LogEntry[] };

/** A database with ended runs in it, and nobody but the test who touches them. */
export type ArchiveFixture = {
  readonly database: TestDatabase;
  readonly shop: Participant;
  /** Without a worker. */
  readonly orchestrator: Orchestrator;
  readonly client: pg.Client;
  readonly connection: () => Promise<pg.Client>;
  readonly query: (text: string, values?: readonly unknown[]) => Promise<readonly Row[]>;
  readonly empty: () => Promise<unknown>;
  /** Runs that really ran, and ended so many days ago. */
  readonly endedRuns: (count: number, daysAgo: number) => Promise<string[]>;
  /** What can be read of a run. */
  readonly storyOf: (run: string) => Promise<Story>;
  readonly archivedIds: () => Promise<readonly unknown[]>;
  readonly liveIds: () => Promise<readonly unknown[]>;
  readonly options: (some?: Partial<PassOptions>) => PassOptions;
  readonly pass: (some?: Partial<PassOptions>) => Promise<void>;
  readonly stop: () => Promise<void>;
};

export async function startArchiveFixture(): Promise<ArchiveFixture> {
  const database = await createTestDatabase();
  const shop = await startParticipant();
  await publish(database.pool, orderSaga);
  await registerService(database.pool, "Shop", shop.url);
  const settings = { databaseUrl: database.url, secretKey: testSecretKey, log: testLog };
  const orchestrator = await createOrchestrator({ ...settings, worker: "none" });
  const connection = () => connect({ url: database.url, name: "saga-studio archive" }, () => {});
  const client = await connection();
  const query = async (text: string, values: readonly unknown[] = []) =>
    (await database.pool.query<Row>(text, [...values])).rows;
  const most = { runs: 1_000, decisions: 10_000, bytes: 1_000_000 };
  const options = (some: Partial<PassOptions> = {}): PassOptions => ({
    client,
    days: 30,
    most,
    log: testLog,
    archived: () => {},
    rest: async () => true,
    ...some,
  });
  return {
    database,
    shop,
    orchestrator,
    client,
    connection,
    query,
    options,
    pass: (some) => archiveEnded(options(some)),
    empty: () => query("truncate saga_run, saga_event, saga_inbox, saga_snapshot, saga_dedupe, saga_archived_run"),
    async endedRuns(count, daysAgo) {
      const worker = await createOrchestrator({ ...settings, worker: "inline" });
      const requests = Array.from({ length: count }, (_, i) => {
        const id = v7();
        return startRequest("Order", { order: `o-${i}`, amount: i }, { id, key: `key of ${id}` });
      });
      const ids = requests.map(({ id }) => id);
      await worker.start(requests);
      for (const id of ids) await stateWhen(worker, id, isDone);
      await worker.stop();
      const text = "update saga_run set ended_at = now() - $2::int * interval '24 hours' where id = any($1)";
      await query(text, [ids, daysAgo]);
      return ids.sort();
    },
    async storyOf(run) {
      return { state: (await orchestrator.load(run))?.state, log: await orchestrator.entries(run, 0, 1_000) };
    },
    archivedIds: async () => (await query("select id from saga_archived_run order by id")).map(({ id }) => id),
    liveIds: async () => (await query("select id from saga_run order by id")).map(({ id }) => id),
    async stop() {
      await client.end();
      await orchestrator.stop();
      await shop.stop();
      await database.drop();
    },
  };
}
