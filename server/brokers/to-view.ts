import type { BrokerHealth, BrokerView } from "@/contract/brokers";
import { brokerKind } from "@/contract/brokers";
import type { Deps } from "../deps";
import type { Broker } from "../generated/prisma/client";
import { type Credentials, openCredentials } from "./credentials";
import { waitingFor } from "./waiting";

/** Brokers as they are shown: without secrets, and with how this process stands with them. */
export async function toViews(deps: Deps, rows: readonly Broker[]): Promise<readonly BrokerView[]> {
  const services = await servicesByBroker(deps);
  const stands = rows.map((row) => standing(deps, row));
  const waiting = stands.every(({ state }) => state === "connected") ? new Map() : await waitingFor(deps.prisma);
  return rows.map((row, index) => ({
    name: row.name,
    kind: brokerKind.parse(row.kind),
    url: row.url,
    credentials: shown(deps, row),
    tls: row.tls as BrokerView["tls"],
    allowPrivateNetwork: row.allowPrivateNetwork,
    enabled: row.enabled,
    services: services.get(row.name) ?? [],
    health: { ...(stands[index] ?? off), waiting: waiting.get(row.name) ?? 0 },
    updatedAt: row.updatedAt.toISOString(),
  }));
}

type Standing = Omit<BrokerHealth, "waiting">;

const off: Standing = { state: "off", since: null, lastError: null };

/** Until a link was opened here, it is about to be. */
function standing({ brokers }: Deps, { name, enabled }: Broker): Standing {
  if (!enabled) return off;
  const status = brokers.peek(name)?.status();
  if (!status) return { state: "connecting", since: null, lastError: null };
  return { ...status, since: new Date(status.since).toISOString() };
}

function shown({ env, log }: Deps, { name, credentials }: Broker): BrokerView["credentials"] {
  if (credentials === null) return { kind: "none" };
  try {
    return kindOf(openCredentials(env.secretKey, name, credentials));
  } catch (error) {
    log.error({ err: error, broker: name }, "A broker's credentials do not open");
    return { kind: "none" };
  }
}

function kindOf({ user, token }: Credentials): BrokerView["credentials"] {
  if (user !== null) return { kind: "password", user };
  return token === null ? { kind: "none" } : { kind: "token" };
}

async function servicesByBroker({ prisma }: Deps): Promise<ReadonlyMap<string, string[]>> {
  const rows = await prisma.service.findMany({ select: { name: true, transport: true }, orderBy: { name: "asc" } });
  const named = new Map<string, string[]>();
  for (const { name, transport } of rows) {
    const { broker } = transport as { broker?: string };
    if (broker !== undefined) named.set(broker, [...(named.get(broker) ?? []), name]);
  }
  return named;
}
