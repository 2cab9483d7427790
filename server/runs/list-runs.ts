import type { z } from "zod";
import { type RunSummary, runLifecycle, type runPage, type runQuery } from "@/contract/runs";
import { type Actor, authorise } from "../auth/actor";
import { fromCursor, toPage } from "../cursor";
import type { Deps } from "../deps";
import { BadRequest } from "../errors";
import { Prisma } from "../generated/prisma/client";
import { uuidShape } from "../uuid";
import { type RunRow, runColumns, toSummary } from "./run-row";

type Query = z.output<typeof runQuery>;
type Page = z.infer<typeof runPage>;

/** Runs, newest first; with `attention`, those that need a person, the oldest need first. */
export async function listRuns(deps: Deps, actor: Actor, query: Query): Promise<Page> {
  authorise(actor, "viewer");
  return query.attention === "true" ? attentionList(deps, query) : newestFirst(deps, query);
}

async function newestFirst({ prisma }: Deps, query: Query): Promise<Page> {
  const [after] = fromCursor(query.cursor, [uuidShape]) ?? [];
  const filters = [...filtersOf(query), ...(after ? [Prisma.sql`saga_run.id < ${after}::uuid`] : [])];
  if (query.attention === "false") filters.push(Prisma.sql`saga_run.attention = '[]'::jsonb`);
  const most = query.limit + 1;
  const pages = searchesOf(query.q).map(
    (search) => Prisma.sql`(select saga_run.id from saga_run where ${Prisma.join([...filters, ...search], " and ")}
      order by saga_run.id desc limit ${most})`,
  );
  const rows = await prisma.$queryRaw<RunRow[]>`
    select ${runColumns} from saga_run
    where saga_run.id in (${Prisma.join(pages, " union ")})
    order by saga_run.id desc limit ${most}`;
  return toPage(rows.map(toSummary), query.limit, (run) => [run.id]);
}

const live = Prisma.sql`saga_run.ended_at is null`;
const failed = Prisma.sql`saga_run.state = 'failed'`;
const momentShape = /^[0-9TZ:.+-]{1,40}$/;

async function attentionList({ prisma }: Deps, query: Query): Promise<Page> {
  const [since, id] = fromCursor(query.cursor, [momentShape, uuidShape]) ?? [];
  const oldest = Prisma.sql`(saga_run.attention -> 0 ->> 'since')`;
  const filters = [
    Prisma.sql`saga_run.attention <> '[]'::jsonb`,
    ...filtersOf(query),
    ...(since && id ? [Prisma.sql`(${oldest}, saga_run.id) > (${since}, ${id}::uuid)`] : []),
  ];
  const searches = searchesOf(query.q).map(
    (search) => Prisma.sql`(${Prisma.join([...search, Prisma.sql`true`], " and ")})`,
  );
  const rows = await prisma.$queryRaw<(RunRow & { oldest: string })[]>`
    select ${runColumns}, ${oldest} as oldest from saga_run
    where ${Prisma.join(filters, " and ")} and (${Prisma.join(searches, " or ")})
    order by oldest, saga_run.id limit ${query.limit + 1}`;
  const { items, next } = toPage(rows, query.limit, (row) => [row.oldest, row.id]);
  return { items: items.map(toSummary), next };
}

function filtersOf(query: Query): Prisma.Sql[] {
  return [
    Prisma.sql`true`,
    ...(query.saga ? [Prisma.sql`saga_run.saga = ${query.saga}`] : []),
    ...(query.state ? stateFilters(statesOf(query.state)) : []),
  ];
}

/** Said in the words of the partial indexes too, so that a rare state is not looked for among all ended runs. */
function stateFilters(states: readonly RunSummary["state"][]): Prisma.Sql[] {
  const among = Prisma.sql`saga_run.state in (${Prisma.join([...states])})`;
  if (states.every((state) => state !== "completed" && state !== "failed")) return [among, live];
  return states.every((state) => state === "failed") ? [failed] : [among];
}

function statesOf(text: string): readonly RunSummary["state"][] {
  return text.split(",").map((each) => {
    const state = runLifecycle.safeParse(each.trim());
    if (state.success) return state.data;
    const known = runLifecycle.options.join(", ");
    throw new BadRequest("unknown_state", `There is no run state "${each}"; expected ${known}.`, "/state");
  });
}

/** What `q` may mean, each by an index of its own: an id, the beginning of a business key, an error's code. */
function searchesOf(q: string | undefined): readonly (readonly Prisma.Sql[])[] {
  const text = q?.trim();
  if (!text) return [[]];
  const prefix = `${text.replace(/[\\%_]/g, "\\$&")}%`;
  return [
    ...(uuidShape.test(text) ? [[Prisma.sql`saga_run.id = ${text}::uuid`]] : []),
    [Prisma.sql`saga_run.business_key like ${prefix}`],
    [failed, Prisma.sql`saga_run.error ->> 'code' = ${text}`],
    [live, Prisma.sql`saga_run.error ->> 'code' = ${text}`],
  ];
}

/** These runs as the lists show them, newest first; for the sockets, which are authorised by themselves. */
export async function summariesOf({ prisma }: Pick<Deps, "prisma">, ids: readonly string[]): Promise<RunSummary[]> {
  if (ids.length === 0) return [];
  const rows = await prisma.$queryRaw<RunRow[]>`
    select ${runColumns} from saga_run where saga_run.id = any(${[...ids]}::uuid[]) order by saga_run.id desc`;
  return rows.map(toSummary);
}
