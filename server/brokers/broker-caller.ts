import type { BrokerCaller } from "../auth/actor";
import type { PrismaClient } from "../prisma";
import { routeOf } from "./amqp/names";
import { subjectOf } from "./nats/names";
import type { BrokerKind } from "./registration";
import { servicesOn } from "./services-on";

const addresses: Readonly<Record<BrokerKind, BrokerCaller["addressOf"]>> = {
  nats: (source, type) => subjectOf({ kind: "event", source, type }),
  amqp: (source, type) => routeOf({ kind: "event", source, type }).key,
};

/** Whoever publishes at a broker, as it is registered now. One that is registered no more speaks for nobody. */
export async function brokerCaller(
  prisma: Pick<PrismaClient, "service" | "broker">,
  broker: string,
): Promise<BrokerCaller> {
  const [row, services] = await Promise.all([
    prisma.broker.findUnique({ where: { name: broker }, select: { kind: true } }),
    servicesOn(prisma, broker),
  ]);
  return { via: "broker", broker, services, addressOf: addresses[row?.kind as BrokerKind] ?? (() => null) };
}
