import type { RunSummary } from "@/contract/runs";
import { Prisma } from "../generated/prisma/client";

/** A row of `saga_run` as the lists read it. */
export type RunRow = {
  readonly id: string;
  readonly saga: string;
  readonly version: number;
  readonly state: RunSummary["state"];
  readonly cause: RunSummary["cause"];
  readonly rollback: RunSummary["rollback"];
  readonly residue: string[] | null;
  readonly attention: readonly (Omit<RunSummary["attention"][number], "since"> & { since: number | string })[];
  readonly paused: boolean;
  readonly business_key: string | null;
  readonly exposure: number | null;
  readonly error: RunSummary["error"];
  readonly parent: string | null;
  readonly restart_of: string | null;
  readonly started_by: string | null;
  readonly step_now: string | null;
  readonly seq: number;
  readonly started_at: Date;
  readonly ended_at: Date | null;
};

export const runColumns = Prisma.sql`
  saga_run.id, saga_run.saga, saga_run.version, saga_run.state, saga_run.cause, saga_run.rollback, saga_run.residue,
  saga_run.attention, saga_run.paused, saga_run.business_key, saga_run.exposure, saga_run.error, saga_run.parent,
  saga_run.restart_of, saga_run.started_by, saga_run.step_now, saga_run.seq, saga_run.started_at, saga_run.ended_at`;

export function toSummary(row: RunRow): RunSummary {
  return {
    id: row.id,
    saga: row.saga,
    version: row.version,
    state: row.state,
    cause: row.cause,
    rollback: row.rollback,
    residue: row.residue ?? [],
    attention: row.attention.map((each) => ({ ...each, since: new Date(each.since).toISOString() })),
    paused: row.paused,
    businessKey: row.business_key,
    exposure: row.exposure,
    error: row.error,
    parent: row.parent,
    restartOf: row.restart_of,
    startedBy: row.started_by,
    stepNow: row.step_now,
    seq: row.seq,
    startedAt: row.started_at.toISOString(),
    endedAt: row.ended_at?.toISOString() ?? null,
  };
}
