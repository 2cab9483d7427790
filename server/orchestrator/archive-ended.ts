/**
 * One pass of the archive: what ended longer ago than the setting says leaves the busy tables, and old idempotency keys
 * are forgotten. Batches are short transactions with rests between them, so that runs under way are not held up.
 *
 * A1 A run goes whole, in one transaction, or stays: its row, its log and its snapshot.
 * A2 Several processes may do this at once: each takes the rows that nobody holds.
 * A3 A run that the database refuses to move is left where it is and said in the log; the others go without it.
 */
import type pg from "pg";
import { limits } from "@/engine/limits";
import type { Logger } from "../log";
import { archive, beginning, findEnded, type Most } from "./sql/archive";
import { purgeKeys } from "./sql/purge-keys";

const dayMs = 24 * 60 * 60_000;

export type PassOptions = {
  readonly client: pg.Client;
  readonly days: number;
  readonly most: Most;
  readonly log: Logger;
  readonly archived: (runs: number) => void;
  /** Rests after a batch that took so many milliseconds. False: stop. */
  readonly rest: (batchMs: number) => Promise<boolean>;
};

/** Archives what is due, batch after batch. Rejects when the database cannot go on, with nothing half done. */
export async function archiveEnded(options: PassOptions): Promise<void> {
  const { client, days, most, rest } = options;
  let place = beginning;
  for (;;) {
    const begunAt = performance.now();
    const batch = await findEnded(client, days, place, most);
    const last = batch.at(-1);
    if (!last) return;
    place = last;
    const ids = batch.filter((run) => run.mayGo).map((run) => run.id);
    if (ids.length > 0) await archiveBatch(options, ids);
    if (!(await rest(performance.now() - begunAt))) return;
  }
}

/** Forgets the idempotency keys that are older than both the setting and the least that is promised. */
export async function forgetKeys({ client, days, most, rest }: PassOptions): Promise<void> {
  const olderThan = Math.max(limits.keysKept, days * dayMs);
  let place: string | null = "-infinity";
  while (place !== null) {
    const begunAt = performance.now();
    const { last } = await purgeKeys(client, olderThan, place, most.runs);
    place = last;
    if (last !== null && !(await rest(performance.now() - begunAt))) return;
  }
}

async function archiveBatch(options: PassOptions, runs: readonly string[]): Promise<void> {
  const { client, days, log, archived, rest } = options;
  const answer = await archive(client, days, runs);
  if (answer.kind === "archived") return archived(answer.runs);
  if (runs.length === 1) return log.error({ err: answer.error, run: runs[0] }, "A run cannot be archived");
  const middle = runs.length >> 1;
  await archiveBatch(options, runs.slice(0, middle));
  if (await rest(0)) await archiveBatch(options, runs.slice(middle));
}
