/** What a person does with messages that could not be taken: look, try again, discard. */
import type { z } from "zod";
import type { DeadLetterSummary, DeadLetterView, deadLetterPage, deadLetterQuery, Replayed } from "@/contract/brokers";
import { type Actor, actorName, authorise, type BrokerCaller } from "../auth/actor";
import { brokerCaller } from "../brokers/broker-caller";
import { fromCursor, toPage } from "../cursor";
import type { Deps } from "../deps";
import { Conflict, NotFound } from "../errors";
import type { DeadLetter } from "../generated/prisma/client";
import { audit } from "../settings/audit";
import { uuidShape } from "../uuid";
import { commandGivenUp, toDetail } from "./dead-letters";
import { takeMessages } from "./take-messages";

const mostCounted = 1_000;

type Row = Omit<DeadLetterSummary, "at"> & { readonly at: Date };

/** Those that wait for a person, newest first, without their bodies. */
export async function listDeadLetters(
  { prisma }: Deps,
  actor: Actor,
  { cursor, limit, source }: z.output<typeof deadLetterQuery>,
): Promise<z.infer<typeof deadLetterPage>> {
  authorise(actor, "viewer");
  const [after = null] = fromCursor(cursor, [uuidShape]) ?? [];
  const from = source ?? null;
  const [rows, [counted]] = await Promise.all([
    prisma.$queryRaw<Row[]>`
      select d.id, d.at, d.source, d.reason, d.detail, d.subject, octet_length(d.body) as size
      from dead_letter d
      where d.replayed_at is null
        and (${after}::uuid is null or d.id < ${after}::uuid)
        and (${from}::text is null or d.source = ${from}::text)
      order by d.id desc
      limit ${limit + 1}`,
    prisma.$queryRaw<{ total: number }[]>`
      select count(*)::int as total
      from (select 1 from dead_letter d where d.replayed_at is null limit ${mostCounted}) waiting`,
  ]);
  const items = rows.map((row) => ({ ...row, at: row.at.toISOString() }));
  return { ...toPage(items, limit, ({ id }) => [id]), total: counted?.total ?? 0 };
}

export async function readDeadLetter(deps: Deps, actor: Actor, id: string): Promise<DeadLetterView> {
  authorise(actor, "viewer");
  return toView(await find(deps, id));
}

/** Takes it as if it came again from where it came from, and says what is still wrong. */
export async function replayDeadLetter(deps: Deps, actor: Actor, id: string): Promise<Replayed> {
  authorise(actor, "operator");
  const letter = await find(deps, id);
  if (letter.replayedAt) throw new Conflict("already_replayed", "It was taken already.");
  if (letter.reason === commandGivenUp)
    throw new Conflict(
      "not_replayable",
      "It is a command to a participant; its run sends it again, or undoes the step.",
    );
  const caller = await callerOf(deps, letter);
  const headers = letter.headers as Readonly<Record<string, string>>;
  const message = { headers, body: Buffer.from(letter.body), address: letter.subject };
  const [why] = await takeMessages(deps, caller, [message]);
  if (why) {
    const [reason, detail] = [why.code, toDetail(why)];
    await deps.prisma.deadLetter.updateMany({ where: { id, replayedAt: null }, data: { reason, detail } });
    return { result: "refused", reason, detail };
  }
  await deps.prisma.$transaction(async (transaction) => {
    const data = { replayedAt: new Date(), replayedBy: actorName(actor) };
    // Of two who replay it at once, the first did: what it says was taken once.
    const { count } = await transaction.deadLetter.updateMany({ where: { id, replayedAt: null }, data });
    if (count === 0) return;
    await audit(transaction, { actor, action: "dead_letter.replay", target: id, detail: { source: letter.source } });
  });
  return { result: "taken" };
}

/** Discards it for good; who did, and why, is kept. */
export async function discardDeadLetter(deps: Deps, actor: Actor, id: string, reason: string): Promise<void> {
  authorise(actor, "operator");
  const { source, reason: why, subject } = await find(deps, id);
  await deps.prisma.$transaction(async (transaction) => {
    await transaction.deadLetter.deleteMany({ where: { id } });
    const detail = { source, subject, why, reason };
    await audit(transaction, { actor, action: "dead_letter.discard", target: id, detail });
  });
}

async function find({ prisma }: Deps, id: string): Promise<DeadLetter> {
  const row = uuidShape.test(id) ? await prisma.deadLetter.findUnique({ where: { id } }) : null;
  if (!row) throw new NotFound("dead_letter_not_found", "There is no such message.");
  return row;
}

/** Whoever replays it lends it no rights: it may still say only what its source may, or might when it was sent. */
async function callerOf({ prisma }: Deps, { source }: DeadLetter): Promise<BrokerCaller> {
  const broker = /^broker:(.*)$/.exec(source)?.[1];
  if (broker === undefined)
    throw new Conflict(
      "not_replayable",
      "Only what came over a broker can be taken again here; its sender sends it anew.",
    );
  const [now, before] = await Promise.all([brokerCaller(prisma, broker), servicesBefore(prisma, broker)]);
  return { ...now, services: new Set([...now.services, ...before]) };
}

/** Services that were reached over the broker once: replies under way when one was moved are still its own. */
async function servicesBefore(prisma: Deps["prisma"], broker: string): Promise<readonly string[]> {
  const rows = await prisma.$queryRaw<{ name: string }[]>`
    select distinct a.target as name from audit_entry a
    where a.action = 'service.put' and a.detail #>> '{after,transport,broker}' = ${broker}`;
  return rows.map(({ name }) => name);
}

function toView({ id, at, source, reason, detail, subject, body, headers, replayedAt, replayedBy }: DeadLetter) {
  return {
    id,
    at: at.toISOString(),
    source,
    reason,
    detail,
    subject,
    size: Buffer.byteLength(body),
    body,
    headers: headers as DeadLetterView["headers"],
    replayedAt: replayedAt?.toISOString() ?? null,
    replayedBy,
  };
}
