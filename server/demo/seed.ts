import type { SagaDocument } from "@/engine/definition/document";
import { parseDefinition } from "@/engine/definition/parse";
import type { Json } from "@/engine/json";
import { actorName } from "../auth/actor";
import { load } from "../definitions/cache";
import { titleOf } from "../definitions/draft-state";
import { publishRow } from "../definitions/publish";
import type { Prisma, Service } from "../generated/prisma/client";
import type { PrismaClient } from "../prisma";
import { newSigningSecret, open, seal, serviceSecretContext } from "../secrets";

/** Where the demo shop listens, and what it signs its replies with; null: it sends none. */
type Demo = { readonly url: string; readonly secret: string | null };

type Seed = {
  readonly prisma: PrismaClient;
  readonly secretKey: string;
  readonly demo: Demo;
  /** YAML texts of the demo's definitions. */
  readonly texts: readonly string[];
};

/** Puts the demo's sagas and services where they are missing; what people changed stays. Answers how many were new. */
export async function seedDemo({ prisma, secretKey, demo, texts }: Seed): Promise<number> {
  const documents = texts.map((text) => ({ text, document: read(text) }));
  const services = new Set(
    documents.flatMap(({ document }) => load(document, 1).commands.map(({ service }) => service)),
  );
  let made = 0;
  for (const name of services) if (await seedService(prisma, secretKey, { name, demo })) made += 1;
  for (const { text, document } of documents) if (await seedSaga(prisma, text, document)) made += 1;
  return made;
}

function read(text: string): SagaDocument {
  const parsed = parseDefinition(text);
  if (parsed.ok) return parsed.value;
  throw new Error(`A demo definition is wrong: ${parsed.problems.map(({ message }) => message).join("; ")}`);
}

type NamedDemo = { readonly name: string; readonly demo: Demo };

/**
 * The demo shop's port may be another one at each start, so an address that we wrote is written anew. While the address is
 * the shop's so is the secret: the shop could not reply under any other.
 */
async function seedService(prisma: PrismaClient, secretKey: string, { name, demo }: NamedDemo): Promise<boolean> {
  const transport = { kind: "http", url: `${demo.url.replace(/\/$/, "")}/${name}`, allowPrivateNetwork: true };
  const sealed = (secret: string) => seal(secretKey, serviceSecretContext(name), secret);
  const known = await prisma.service.findUnique({ where: { name } });
  if (!known) {
    const secret = sealed(demo.secret ?? newSigningSecret());
    await prisma.service.create({ data: { name, transport, secret, createdBy: actorName(null) } });
    return true;
  }
  const { url } = known.transport as { url?: string };
  const ours = new RegExp(`^http://(127\\.0\\.0\\.1|localhost):\\d+/${name}$`);
  if (known.createdBy !== actorName(null) || !ours.test(url ?? "")) return false;
  const isMoved = url !== transport.url;
  const newSecret = demo.secret !== null && opened(secretKey, known) !== demo.secret ? sealed(demo.secret) : null;
  if (isMoved || newSecret !== null)
    await prisma.service.update({
      where: { name },
      data: {
        transport: { ...(known.transport as object), ...transport },
        ...(newSecret === null ? {} : { secret: newSecret }),
      },
    });
  return false;
}

/** Null: there is none, or it does not open. */
function opened(secretKey: string, { name, secret }: Service): string | null {
  try {
    return secret && open(secretKey, serviceSecretContext(name), secret);
  } catch {
    return null;
  }
}

async function seedSaga(prisma: PrismaClient, text: string, document: SagaDocument): Promise<boolean> {
  const type = document.saga;
  if (await prisma.sagaDefinition.findUnique({ where: { type } })) return false;
  const draft = toDraft(document) as unknown as Prisma.InputJsonObject;
  const row = { title: titleOf(type, draft as Json), draft, draftText: text, draftBy: actorName(null) };
  await prisma.$transaction(async (transaction) => {
    const made = await transaction.sagaDefinition.create({ data: { type, ...row } });
    await publishRow(transaction, null, type, made, "The demo's first version");
  });
  return true;
}

/** The document as it is written: a choreography has no steps. */
function toDraft(document: SagaDocument): object {
  const { steps: _, ...written } = document;
  return document.style === "choreography" ? written : document;
}
