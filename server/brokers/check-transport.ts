import type { ServiceTransport } from "@/contract/services";
import type { Deps } from "../deps";
import { Invalid } from "../errors";

/** Throws 422 for a service that is to be reached over a broker that is not there, or is of another kind. */
export async function checkTransport({ prisma }: Deps, transport: ServiceTransport): Promise<void> {
  if (transport.kind !== "nats" && transport.kind !== "amqp") return;
  const { broker: name, kind } = transport;
  const row = await prisma.broker.findUnique({ where: { name }, select: { kind: true } });
  const at = { path: "/transport/broker" };
  if (!row)
    throw new Invalid("broker_not_found", `There is no broker ${name}; an admin registers it in the settings.`, at);
  if (row.kind !== kind) throw new Invalid("broker_of_other_kind", `The broker ${name} speaks ${row.kind}.`, at);
}
