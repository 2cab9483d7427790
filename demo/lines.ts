/** How commands reach each service of the shop, beside HTTP, which all of them take. The seed registers them accordingly. */
import type { PoolClient } from "pg";
import type { Participant, Running } from "@/participant";
import type { ShopParticipants } from "./participants";
import { amqpServices, natsServices, pulledServices } from "./where";

export type Lines = {
  /** Whether those that pull their work do so. */
  readonly pulls: boolean;
  readonly natsUrl: string | null;
  readonly amqpUrl: string | null;
};

/** Opens every line, without waiting for a broker that is not there yet. */
export function openLines(participants: ShopParticipants, lines: Lines, onError: (error: unknown) => void): Running {
  const givingUp = new AbortController();
  const { signal } = givingUp;
  const open = (service: Participant<PoolClient>): Promise<Running> => {
    if (lines.natsUrl !== null && natsServices.has(service.name)) return service.nats({ url: lines.natsUrl, signal });
    if (lines.amqpUrl !== null && amqpServices.has(service.name)) return service.amqp({ url: lines.amqpUrl, signal });
    if (lines.pulls && pulledServices.has(service.name)) return service.pull();
    return Promise.resolve(service.open());
  };
  const opened = [...participants.values()].map((service) =>
    open(service).catch((error: unknown) => {
      if (!signal.aborted) onError(error);
      return null;
    }),
  );
  return {
    stop: async () => {
      givingUp.abort();
      await Promise.all(opened.map(async (line) => (await line)?.stop()));
    },
  };
}
