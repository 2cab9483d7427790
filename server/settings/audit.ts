import type { z } from "zod";
import type { auditPage, auditQuery } from "@/contract/people";
import { type Actor, actorName, authorise } from "../auth/actor";
import { fromCursor, toPage } from "../cursor";
import type { Deps } from "../deps";
import type { Prisma } from "../generated/prisma/client";
import { newId, uuidShape } from "../uuid";

export type Audited = {
  readonly actor: Actor | null;
  /** What was done, e.g. `service.put`. */
  readonly action: string;
  readonly target: string;
  readonly detail?: Prisma.InputJsonObject;
};

type Writer = Pick<Prisma.TransactionClient, "auditEntry">;

/** Writes who did what; give it the transaction that did it. */
export async function audit(writer: Writer, { actor, action, target, detail = {} }: Audited): Promise<void> {
  await writer.auditEntry.create({ data: { id: newId(), actor: actorName(actor), action, target, detail } });
}

/** The audit log, newest first. */
export async function listAudit(
  { prisma }: Deps,
  actor: Actor,
  query: z.output<typeof auditQuery>,
): Promise<z.infer<typeof auditPage>> {
  authorise(actor, "admin");
  const [after] = fromCursor(query.cursor, [uuidShape]) ?? [];
  const rows = await prisma.auditEntry.findMany({
    ...(after ? { where: { id: { lt: after } } } : {}),
    orderBy: { id: "desc" },
    take: query.limit + 1,
  });
  const entries = rows.map((row) => ({ ...row, at: row.at.toISOString(), detail: row.detail as never }));
  return toPage(entries, query.limit, (row) => [row.id]);
}
