import type { Json } from "@/engine/json";
import type { Deps } from "../deps";
import { Prisma } from "../generated/prisma/client";

/** A decision that somebody is asked for, as the run's row knows it. `place`: among those of its run, from 1. */
export type OpenApproval = {
  readonly run: string;
  readonly place: number;
  readonly saga: string;
  readonly version: number;
  readonly businessKey: string | null;
  readonly exposure: number | null;
  readonly step: string;
  readonly generation: number;
  readonly since: Date;
  readonly dueAt: Date | null;
};

type Row = Pick<OpenApproval, "run" | "place" | "saga" | "version" | "businessKey" | "exposure"> & {
  readonly approval: {
    readonly step: string;
    readonly generation: number;
    readonly since: string;
    readonly dueAt: string | null;
  };
};

type Wanted = {
  readonly run: string | undefined;
  /** Run and place of the last one seen. */
  readonly after: readonly string[] | null;
  readonly most: number;
};

/** What people are asked for now, in order of run and place: the oldest run first. */
export async function readOpenApprovals(
  { prisma }: Deps,
  { run, after, most }: Wanted,
): Promise<readonly OpenApproval[]> {
  const [afterRun, afterPlace] = after ?? [];
  const filters = [
    Prisma.sql`r.approvals <> '[]'::jsonb`,
    ...(run === undefined ? [] : [Prisma.sql`r.id = ${run}::uuid`]),
    ...(afterRun === undefined
      ? []
      : [
          Prisma.sql`r.id >= ${afterRun}::uuid and (r.id, a.place) > (${afterRun}::uuid, ${Number(afterPlace)}::bigint)`,
        ]),
  ];
  const rows = await prisma.$queryRaw<Row[]>`
    select r.id as run, a.place::int as place, r.saga, r.version, r.business_key as "businessKey", r.exposure, a.approval
    from saga_run r cross join lateral jsonb_array_elements(r.approvals) with ordinality as a (approval, place)
    where ${Prisma.join(filters, " and ")}
    order by r.id, a.place limit ${most}`;
  return rows.map(({ approval: { step, generation, since, dueAt }, ...row }) => ({
    ...row,
    step,
    generation,
    since: new Date(since),
    dueAt: dueAt === null ? null : new Date(dueAt),
  }));
}

/** What runs were started with, by id. */
export async function readData({ prisma }: Deps, runs: readonly string[]): Promise<ReadonlyMap<string, Json>> {
  const rows = await prisma.sagaRun.findMany({
    where: { id: { in: [...new Set(runs)] } },
    select: { id: true, data: true },
  });
  return new Map(rows.map(({ id, data }) => [id, data as Json]));
}
