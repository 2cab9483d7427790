import { isDeepStrictEqual } from "node:util";
import type { ServiceTransport } from "@/contract/services";
import type { SagaDocument } from "@/engine/definition/document";
import { parseDefinition } from "@/engine/definition/parse";
import type { Json } from "@/engine/json";
import { actorName } from "../auth/actor";
import { sealCredentials } from "../brokers/credentials";
import { load } from "../definitions/cache";
import { titleOf } from "../definitions/draft-state";
import { publishRow } from "../definitions/publish";
import type { Prisma, Service } from "../generated/prisma/client";
import type { PrismaClient } from "../prisma";
import { newSigningSecret, open, seal, serviceSecretContext } from "../secrets";

/** Where the demo shop listens, and what it signs its replies with; null: it sends none. */
type Demo = { readonly url: string; readonly secret: string | null };

/** A broker that the shop was given. Its address may carry user and password. */
type DemoBroker = { readonly name: string; readonly kind: "nats" | "amqp"; readonly url: string };

type Seed = {
  readonly prisma: PrismaClient;
  readonly secretKey: string;
  readonly demo: Demo;
  /** Services that are not called over HTTP. */
  readonly transports?: ReadonlyMap<string, ServiceTransport>;
  readonly brokers?: readonly DemoBroker[];
  /** Services that no definition names. */
  readonly others?: readonly string[];
  /** YAML texts of the demo's definitions. */
  readonly texts: readonly string[];
};

/** Puts the demo's sagas and services where they are missing; what people changed stays. Answers how many were new. */
export async function seedDemo({ prisma, secretKey, demo, texts, ...more }: Seed): Promise<number> {
  for (const broker of more.brokers ?? []) await seedBroker(prisma, secretKey, broker);
  const documents = texts.map((text) => ({ text, document: read(text) }));
  const called = documents.flatMap(({ document }) => load(document, 1).commands.map(({ service }) => service));
  let made = 0;
  for (const name of new Set([...called, ...(more.others ?? [])])) {
    const http = { kind: "http" as const, url: `${demo.url.replace(/\/$/, "")}/${name}`, allowPrivateNetwork: true };
    const planned = more.transports?.get(name) ?? http;
    if (await seedService(prisma, secretKey, { name, secret: demo.secret, http, planned })) made += 1;
  }
  for (const { text, document } of documents) if (await seedSaga(prisma, text, document)) made += 1;
  return made;
}

function read(text: string): SagaDocument {
  const parsed = parseDefinition(text);
  if (parsed.ok) return parsed.value;
  throw new Error(`A demo definition is wrong: ${parsed.problems.map(({ message }) => message).join("; ")}`);
}

type Planned = {
  readonly name: string;
  readonly secret: string | null;
  readonly http: ServiceTransport;
  readonly planned: ServiceTransport;
};

/**
 * The demo shop's port may be another one at each start, and a broker may have come or gone, so what we wrote is written
 * anew. While a registration is the shop's so is its secret: the shop could not reply under any other.
 */
async function seedService(prisma: PrismaClient, secretKey: string, plan: Planned): Promise<boolean> {
  const { name, secret, planned } = plan;
  const sealed = (text: string) => seal(secretKey, serviceSecretContext(name), text);
  const known = await prisma.service.findUnique({ where: { name } });
  if (!known) {
    const data = { name, transport: planned, secret: sealed(secret ?? newSigningSecret()), createdBy: actorName(null) };
    await prisma.service.create({ data });
    return true;
  }
  const transport = await nextTransport(prisma, known, plan);
  if (transport === null) return false;
  const newSecret = secret !== null && opened(secretKey, known) !== secret ? sealed(secret) : null;
  if (!isDeepStrictEqual(transport, known.transport) || newSecret !== null)
    await prisma.service.update({
      where: { name },
      data: { transport, ...(newSecret === null ? {} : { secret: newSecret }) },
    });
  return false;
}

/** What a registration should be by now; null: it is somebody's own. One that people saved stays on HTTP, at the shop's port. */
async function nextTransport(prisma: PrismaClient, known: Service, { name, http, planned }: Planned) {
  if (known.createdBy !== actorName(null)) return null;
  const isSaved = (await prisma.auditEntry.findFirst({ where: { action: "service.put", target: name } })) !== null;
  if (!isSaved) return planned;
  const { url } = known.transport as { url?: string };
  const ours = new RegExp(`^http://(127\\.0\\.0\\.1|localhost):\\d+/${name}$`);
  return ours.test(url ?? "") ? { ...(known.transport as object), ...http } : null;
}

/** Registers a broker that the shop was given, or follows its address. */
async function seedBroker(prisma: PrismaClient, secretKey: string, { name, kind, url }: DemoBroker): Promise<void> {
  const address = new URL(url);
  const [user, password] = [address.username, address.password].map(decodeURIComponent);
  [address.username, address.password] = ["", ""];
  const credentials = sealCredentials(secretKey, name, { user: user || null, password: password || null, token: null });
  const fields = { kind, url: address.href.replace(/\/$/, ""), credentials, allowPrivateNetwork: true };
  const known = await prisma.broker.findUnique({ where: { name } });
  const isSaved = (await prisma.auditEntry.findFirst({ where: { action: "broker.put", target: name } })) !== null;
  if (known && (isSaved || known.createdBy !== actorName(null))) return;
  await prisma.broker.upsert({
    where: { name },
    create: { name, ...fields, createdBy: actorName(null) },
    update: fields,
  });
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
