import type { z } from "zod";
import type { Draft, saveDraft } from "@/contract/sagas";
import { sagaTypePattern } from "@/engine/definition/document";
import { readText } from "@/engine/definition/read-text";
import { isJsonObject, type Json } from "@/engine/json";
import { limits } from "@/engine/limits";
import { type Actor, actorName, authorise } from "../auth/actor";
import { canonical } from "../canonical";
import type { Deps } from "../deps";
import { AppError, BadRequest, Invalid } from "../errors";
import { Prisma, type SagaDefinition } from "../generated/prisma/client";
import { titleOf, toDraft } from "./draft-state";

type Save = z.output<typeof saveDraft> & { readonly type: string; readonly ifMatch: string | null };

/**
 * Saves a draft, valid or not yet, over the revision that its writer saw: 412 when somebody saved since, 428 when a
 * person does not say which they saw. A new saga needs no revision; a program without one means "whatever is there".
 */
export async function saveDraftOf(
  deps: Deps,
  actor: Actor,
  save: Save,
): Promise<Draft & { readonly created: boolean }> {
  authorise(actor, "designer");
  checkName(save.type, save.document);
  checkText(save);
  const wanted = save.ifMatch === null && actor.via === "key" ? "any" : revisionOf(save.ifMatch);
  const known = await deps.prisma.sagaDefinition.findUnique({ where: { type: save.type } });
  const row = known ? await replace(deps, actor, save, known, wanted) : await create(deps, actor, save, wanted);
  deps.definitions.changed(save.type);
  const { draftRevision: revision, latestVersion } = row;
  deps.news.emit("definition", { type: save.type, revision, latestVersion, by: actorName(actor) });
  return { ...toDraft(row), created: known === null };
}

async function create(deps: Deps, actor: Actor, save: Save, wanted: Wanted): Promise<SagaDefinition> {
  if (save.ifMatch !== null && wanted !== 0) throw conflict(0);
  const data = { type: save.type, ...fieldsOf(actor, save), draftRevision: 1 };
  try {
    return await deps.prisma.sagaDefinition.create({ data });
  } catch (error) {
    if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === "P2002") throw conflict(1);
    throw error;
  }
}

async function replace(
  deps: Deps,
  actor: Actor,
  save: Save,
  known: SagaDefinition,
  wanted: Wanted,
): Promise<SagaDefinition> {
  if (wanted === "none")
    throw new AppError(428, "revision_required", "Say in If-Match which revision you changed.", {
      revision: known.draftRevision,
    });
  const seen = wanted === "any" ? known.draftRevision : wanted;
  const where = { type: save.type, draftRevision: seen };
  const data = { ...fieldsOf(actor, save), draftRevision: seen + 1 };
  const { count } = await deps.prisma.sagaDefinition.updateMany({ where, data });
  const now = await deps.prisma.sagaDefinition.findUniqueOrThrow({ where: { type: save.type } });
  if (count === 0) throw conflict(now.draftRevision);
  return { ...now, ...data, draftText: data.draftText, draft: save.document as Prisma.JsonValue };
}

function fieldsOf(actor: Actor, { type, document, text }: Save) {
  return {
    title: titleOf(type, document),
    draft: document as Prisma.InputJsonValue,
    draftText: text ?? null,
    draftBy: actorName(actor),
  };
}

function checkName(type: string, document: Json): void {
  if (!sagaTypePattern.test(type))
    throw new BadRequest(
      "invalid_name",
      `A saga's type is a capital letter, then letters and digits, at most ${limits.name}.`,
    );
  if (!isJsonObject(document)) throw new BadRequest("invalid_document", "A definition is an object.", "/document");
  if (document.saga !== type)
    throw new Invalid("other_saga", `The document must be named like its address: saga: ${type}.`, {
      path: "/document/saga",
    });
}

/** The text that goes along must say the same as the document. */
function checkText({ text, document }: Save): void {
  if (text === undefined) return;
  const read = readText(text);
  if (read.ok && canonical(read.value.value as Json) === canonical(document)) return;
  throw new Invalid("text_differs", "The text does not say the same as the document.", { path: "/text" });
}

type Wanted = number | "any" | "none";

function revisionOf(ifMatch: string | null): Wanted {
  if (ifMatch === null) return "none";
  if (ifMatch.trim() === "*") return "any";
  const digits = /^(?:W\/)?"?(\d{1,9})"?$/.exec(ifMatch.trim())?.[1];
  if (digits === undefined) throw new BadRequest("invalid_if_match", 'If-Match must be a revision, e.g. "3".');
  return Number(digits);
}

const conflict = (revision: number) =>
  new AppError(
    412,
    "draft_conflict",
    "Somebody saved since you loaded the draft. Load it again, or save under If-Match: *.",
    {
      revision,
    },
  );
