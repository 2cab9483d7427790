import type { z } from "zod";
import type { putService, ServiceTransport, ServiceView, servicePage, serviceSaved } from "@/contract/services";
import { formatDuration, parseDuration } from "@/engine/definition/duration";
import { limits } from "@/engine/limits";
import { type Actor, actorName, authorise } from "../auth/actor";
import { checkTransport } from "../brokers/check-transport";
import { fromCursor, toPage } from "../cursor";
import type { Deps } from "../deps";
import { BadRequest, Conflict, Invalid, NotFound } from "../errors";
import type { Service } from "../generated/prisma/client";
import type { ServiceHealth } from "../orchestrator/orchestrator";
import type { Depth } from "../queues/sql/depths";
import { newSigningSecret, seal, serviceSecretContext } from "../secrets";
import { audit } from "../settings/audit";
import { commandsByService } from "./commands";

type ListQuery = { readonly cursor?: string | undefined; readonly limit: number };
type Saved = z.infer<typeof serviceSaved>;

export const serviceNameShape = new RegExp(`^[A-Z][A-Za-z0-9]{0,${limits.name - 1}}$`);

/** Registered participants by name. */
export async function listServices(deps: Deps, actor: Actor, query: ListQuery): Promise<z.infer<typeof servicePage>> {
  authorise(actor, "viewer");
  const [after] = fromCursor(query.cursor, [serviceNameShape]) ?? [];
  const rows = await deps.prisma.service.findMany({
    ...(after ? { where: { name: { gt: after } } } : {}),
    orderBy: { name: "asc" },
    take: query.limit + 1,
  });
  return toPage(await toViews(deps, rows), query.limit, (service) => [service.name]);
}

export async function readService(deps: Deps, actor: Actor, name: string): Promise<ServiceView> {
  authorise(actor, "viewer");
  return toView(deps, await find(deps, name));
}

/** Registers a service, answering its signing secret this once, or changes one, which keeps its secret. */
export async function saveService(
  deps: Deps,
  actor: Actor,
  name: string,
  wanted: z.output<typeof putService>,
): Promise<{ readonly created: boolean; readonly service: Saved }> {
  authorise(actor, "admin");
  if (!serviceNameShape.test(name))
    throw new BadRequest(
      "invalid_name",
      `A service's name is a capital letter, then letters and digits, at most ${limits.name}.`,
    );
  if (wanted.transport.kind === "http") checkUrl(wanted.transport.url);
  await checkTransport(deps, wanted.transport);
  const fields = { transport: wanted.transport, ...limitsOf(wanted) };
  const secret = newSigningSecret();
  const { row, created } = await deps.prisma.$transaction(async (transaction) => {
    const known = await transaction.service.findUnique({ where: { name } });
    const sealed = seal(deps.env.secretKey, serviceSecretContext(name), secret);
    const row = await transaction.service.upsert({
      where: { name },
      create: { name, ...fields, secret: sealed, createdBy: actorName(actor) },
      update: fields,
    });
    await audit(transaction, { actor, action: "service.put", target: name, detail: { after: fields } });
    return { row, created: known === null };
  });
  deps.orchestrator.serviceChanged(name);
  const service = await toView(deps, row);
  return { created, service: created ? { ...service, secret } : service };
}

/** Replaces the signing secret and answers the new one this once. */
export async function rotateSecret(deps: Deps, actor: Actor, name: string): Promise<Saved> {
  authorise(actor, "admin");
  await find(deps, name);
  const secret = newSigningSecret();
  const row = await deps.prisma.$transaction(async (transaction) => {
    await audit(transaction, { actor, action: "service.rotate_secret", target: name });
    const sealed = seal(deps.env.secretKey, serviceSecretContext(name), secret);
    return transaction.service.update({ where: { name }, data: { secret: sealed } });
  });
  deps.orchestrator.serviceChanged(name);
  return { ...(await toView(deps, row)), secret };
}

/** Takes a service off the register, unless a latest version calls it. */
export async function deleteService(deps: Deps, actor: Actor, name: string): Promise<void> {
  authorise(actor, "admin");
  await find(deps, name);
  const users = [...((await commandsByService(deps)).get(name)?.sagas ?? [])];
  if (users.length > 0) throw new Conflict("service_in_use", `${name} is called by ${users.slice(0, 5).join(", ")}.`);
  await deps.prisma.$transaction(async (transaction) => {
    await transaction.service.deleteMany({ where: { name } });
    await audit(transaction, { actor, action: "service.delete", target: name });
  });
  deps.orchestrator.serviceChanged(name);
}

async function find({ prisma }: Deps, name: string): Promise<Service> {
  const row = await prisma.service.findUnique({ where: { name } });
  if (!row) throw new NotFound("service_not_found", `There is no service ${name}.`);
  return row;
}

function checkUrl(text: string): void {
  const url = new URL(text);
  if (url.username || url.password)
    throw new Invalid("url_credentials", "Leave user and password out of the address.", { path: "/transport/url" });
  if (url.hash || url.search)
    throw new Invalid("url_query", "A service's address has no query and no fragment.", { path: "/transport/url" });
}

function limitsOf({ concurrency, timeout }: z.output<typeof putService>) {
  const timeoutMs = timeout === undefined ? null : parseDuration(timeout);
  if (timeout !== undefined && timeoutMs === null)
    throw new Invalid("invalid_duration", `"${timeout}" is no ISO 8601 duration such as PT30S.`, { path: "/timeout" });
  return { concurrency: concurrency ?? 64, timeoutMs };
}

async function toViews(deps: Deps, rows: readonly Service[]): Promise<readonly ServiceView[]> {
  const queues = rows.filter(({ transport }) => (transport as ServiceTransport).kind === "queue");
  const [commands, depths] = await Promise.all([
    commandsByService(deps),
    deps.queues.depths(queues.map(({ name }) => name)),
  ]);
  const byName = new Map(depths.map((depth) => [depth.service, depth]));
  return rows.map((row) =>
    viewOf(row, {
      health: deps.orchestrator.serviceHealth(row.name),
      commands: [...(commands.get(row.name)?.commands ?? [])].sort(),
      depth: byName.get(row.name) ?? null,
    }),
  );
}

async function toView(deps: Deps, row: Service): Promise<ServiceView> {
  const [view] = await toViews(deps, [row]);
  return view as ServiceView;
}

type Around = {
  readonly health: ServiceHealth | null;
  readonly commands: string[];
  readonly depth: Depth | null;
};

function viewOf(row: Service, { health, commands, depth }: Around): ServiceView {
  return {
    name: row.name,
    transport: row.transport as ServiceTransport,
    concurrency: row.concurrency,
    timeout: row.timeoutMs === null ? null : formatDuration(row.timeoutMs),
    signed: row.secret !== null,
    commands,
    health:
      health && health.lastAt !== null
        ? {
            calls: health.calls,
            failures: health.failures,
            medianMs: health.medianMs,
            lastError: health.lastError,
            lastAt: new Date(health.lastAt).toISOString(),
          }
        : null,
    queue: depth && {
      waiting: depth.waiting,
      claimed: depth.claimed,
      oldestAt: depth.oldestAt?.toISOString() ?? null,
    },
    updatedAt: row.updatedAt.toISOString(),
  };
}
