import type { z } from "zod";
import type { publish, Version } from "@/contract/sagas";
import type { Json } from "@/engine/json";
import { type Actor, actorName, authorise } from "../auth/actor";
import { canonicalHash } from "../canonical";
import type { Deps } from "../deps";
import { AppError, Conflict, Invalid } from "../errors";
import type { Prisma, SagaDefinition } from "../generated/prisma/client";
import { audit } from "../settings/audit";
import { load } from "./cache";
import { check, hasErrors, noSuchSaga } from "./draft-state";

type Publish = z.output<typeof publish>;

/** Makes the draft the next version, which never changes again: 422 with problems while it has errors. */
export async function publishDraft(deps: Deps, actor: Actor, type: string, wanted: Publish): Promise<Version> {
  authorise(actor, "designer");
  const { version, revision } = await deps.prisma.$transaction(async (transaction) => {
    const [row] = await transaction.$queryRaw<Locked[]>`
      select draft, draft_revision as "draftRevision", latest_version as "latestVersion"
      from saga_definition where type = ${type} for update`;
    if (!row) throw noSuchSaga(type);
    if (wanted.revision !== undefined && wanted.revision !== row.draftRevision)
      throw new AppError(412, "draft_conflict", "Somebody saved since you looked at the draft.", {
        revision: row.draftRevision,
      });
    const version = await publishRow(transaction, actor, type, row, wanted.note);
    return { version, revision: row.draftRevision };
  });
  deps.definitions.changed(type);
  deps.news.emit("definition", { type, revision, latestVersion: version.number, by: actorName(actor) });
  return version;
}

type Locked = Pick<SagaDefinition, "draft" | "draftRevision" | "latestVersion">;

/** The next version out of a locked row; `actor` null: the installation itself. */
export async function publishRow(
  transaction: Prisma.TransactionClient,
  actor: Actor | null,
  type: string,
  row: Locked,
  note: string,
): Promise<Version> {
  const draft = row.draft as Json;
  const number = row.latestVersion + 1;
  const { document, problems } = check(draft);
  if (document === null || hasErrors(problems))
    throw new Invalid("invalid_definition", "The draft has errors; nothing was published.", {
      problems: [...problems],
      ...(problems[0] ? { path: problems[0].path } : {}),
    });
  load(document, number);
  const hash = canonicalHash(draft);
  const before = await transaction.sagaVersion.findUnique({
    where: { type_number: { type, number: row.latestVersion } },
    select: { hash: true },
  });
  if (before?.hash === hash) throw new Conflict("unchanged", `The draft is the same as version ${row.latestVersion}.`);
  const data = { type, number, document: draft as Prisma.InputJsonValue, hash, note, publishedBy: actorName(actor) };
  const saved = await transaction.sagaVersion.create({ data });
  await transaction.sagaDefinition.update({ where: { type }, data: { latestVersion: number } });
  await audit(transaction, { actor, action: "saga.publish", target: `${type} ${number}`, detail: { hash } });
  return { ...saved, document: draft, publishedAt: saved.publishedAt.toISOString() };
}
