import type { SagaDocument } from "@/engine/definition/document";
import { parseDefinition } from "@/engine/definition/parse";
import type { Json } from "@/engine/json";
import { actorName } from "../auth/actor";
import { load } from "../definitions/cache";
import { titleOf } from "../definitions/draft-state";
import { publishRow } from "../definitions/publish";
import type { Prisma } from "../generated/prisma/client";
import type { PrismaClient } from "../prisma";
import { newSigningSecret, seal, serviceSecretContext } from "../secrets";

type Seed = {
  readonly prisma: PrismaClient;
  readonly secretKey: string;
  /** Where the demo shop listens. */
  readonly demoUrl: string;
  /** YAML texts of the demo's definitions. */
  readonly texts: readonly string[];
};

/** Puts the demo's sagas and services where they are missing; what people changed stays. Answers how many were new. */
export async function seedDemo({ prisma, secretKey, demoUrl, texts }: Seed): Promise<number> {
  const documents = texts.map((text) => ({ text, document: read(text) }));
  const services = new Set(
    documents.flatMap(({ document }) => load(document, 1).commands.map(({ service }) => service)),
  );
  let made = 0;
  for (const name of services) if (await seedService(prisma, secretKey, { name, demoUrl })) made += 1;
  for (const { text, document } of documents) if (await seedSaga(prisma, text, document)) made += 1;
  return made;
}

function read(text: string): SagaDocument {
  const parsed = parseDefinition(text);
  if (parsed.ok) return parsed.value;
  throw new Error(`A demo definition is wrong: ${parsed.problems.map(({ message }) => message).join("; ")}`);
}

/** The demo shop's port may be another one at each start, so an address that we wrote is written anew. */
async function seedService(
  prisma: PrismaClient,
  secretKey: string,
  { name, demoUrl }: { readonly name: string; readonly demoUrl: string },
): Promise<boolean> {
  const transport = { kind: "http", url: `${demoUrl.replace(/\/$/, "")}/${name}`, allowPrivateNetwork: true };
  const known = await prisma.service.findUnique({ where: { name } });
  if (!known) {
    const secret = seal(secretKey, serviceSecretContext(name), newSigningSecret());
    await prisma.service.create({ data: { name, transport, secret, createdBy: actorName(null) } });
    return true;
  }
  const { url } = known.transport as { url?: string };
  const ours = new RegExp(`^http://(127\\.0\\.0\\.1|localhost):\\d+/${name}$`);
  if (known.createdBy === actorName(null) && ours.test(url ?? "") && url !== transport.url)
    await prisma.service.update({
      where: { name },
      data: { transport: { ...(known.transport as object), ...transport } },
    });
  return false;
}

async function seedSaga(prisma: PrismaClient, text: string, document: SagaDocument): Promise<boolean> {
  const type = document.saga;
  if (await prisma.sagaDefinition.findUnique({ where: { type } })) return false;
  const draft = document as unknown as Prisma.InputJsonObject;
  const row = { title: titleOf(type, document as unknown as Json), draft, draftText: text, draftBy: actorName(null) };
  await prisma.$transaction(async (transaction) => {
    const made = await transaction.sagaDefinition.create({ data: { type, ...row } });
    await publishRow(transaction, null, type, made, "The demo's first version");
  });
  return true;
}
