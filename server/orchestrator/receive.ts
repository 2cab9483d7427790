import type pg from "pg";
import { isEnded, type Operation } from "@/engine";
import type { Logger } from "../log";
import type { OwnedRun } from "./owned-run";
import type { OwnedRuns } from "./owned-runs";
import type { InboxRow } from "./sql/inbox";
import { takeKey } from "./sql/take-key";

/** The payload of an inbox row of kind `operation`, written by `operate`. */
export type OperationPayload = { readonly actor: string; readonly operation: Operation };

export type ReceiveOptions = {
  readonly client: pg.Client;
  readonly incarnation: string;
  readonly runs: OwnedRuns;
  readonly log: Logger;
};

/** Hands an inbox row to its run. A row that nobody understands stays, for a newer version of the server. */
export async function receive(options: ReceiveOptions, run: OwnedRun, row: InboxRow): Promise<void> {
  const { runs, log } = options;
  if (row.kind !== "operation") return log.error({ run: row.run, kind: row.kind }, "An inbox row of an unknown kind");
  const { actor, operation } = row.payload as OperationPayload;
  if (needsKey(run, operation) && !(await mayReopen(options, run))) {
    const detail = `Another live run has the business key ${run.state.businessKey}`;
    const refused = { type: "OperationRefused", id: row.id, operation, code: "business_key_taken", detail } as const;
    runs.note(run, { actor, transitions: [refused] }, row.id);
    return;
  }
  runs.happen(run, { type: "OperationRequested", at: runs.at(run), id: row.id, actor, operation }, row.id);
}

/** A failed run that is retried lives again, and claims its unique business key again (U7). */
function needsKey(run: OwnedRun, operation: Operation): boolean {
  if (operation.operation !== "retry" || !isEnded(run.state)) return false;
  return run.saga.businessKeyUnique && run.state.businessKey !== null && !run.releasing;
}

/** The key is taken before the decision: if that refuses after all, the run's next row gives the key back. */
async function mayReopen({ client, incarnation }: ReceiveOptions, run: OwnedRun): Promise<boolean> {
  run.busy = true;
  try {
    return await takeKey(client, incarnation, run.id);
  } finally {
    run.busy = false;
  }
}
