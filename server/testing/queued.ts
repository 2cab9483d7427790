import type { QueueItem } from "@/contract/queues";
import type { Answer, TestApi } from "./api";
import { publish } from "./with-sagas";

type Definition = Parameters<typeof publish>[1];

/** Saves and publishes a definition whose services all fetch their work. */
export async function publishQueued(api: TestApi, document: Definition): Promise<void> {
  await publish(api, document);
  const services = new Set(JSON.stringify(document.steps).match(/[A-Z]\w+(?=\.[A-Z])/g));
  for (const name of services) await registerQueue(api, name);
}

export async function registerQueue(api: TestApi, name: string): Promise<string> {
  const { body }: Answer = await api.call("admin", "PUT", `/services/${name}`, {
    body: { transport: { kind: "queue" } },
  });
  return body.secret;
}

export async function startRun(api: TestApi, saga: string, data: object = {}): Promise<string> {
  const { body }: Answer = await api.call("operator", "POST", `/sagas/${saga}/runs`, { body: { data } });
  return body.id;
}

type Word = "claim" | "complete" | "fail" | "heartbeat";

/** A word about a service's queue, said by an operator. */
export function say(api: TestApi, service: string, word: Word, body: object): Promise<Answer> {
  return api.call("operator", "POST", `/queues/${service}/${word}`, { body });
}

/** The next item of a service: waits for it for as long as the API lets one wait. */
export async function next(api: TestApi, service: string): Promise<QueueItem> {
  const { status, body } = await say(api, service, "claim", { waitMs: 20_000 });
  const [item] = body.items ?? [];
  if (!item) throw new Error(`${service} was given nothing: ${status} ${JSON.stringify(body)}`);
  return item;
}

/** What there is for a service now. */
export async function waitingFor(api: TestApi, service: string, max = 100): Promise<readonly QueueItem[]> {
  const { body } = await say(api, service, "claim", { max });
  return body.items;
}

/** Ends a lease as time would. */
export async function runOut(api: TestApi, { id }: QueueItem): Promise<void> {
  await api.db.pool.query("update saga_queue_item set lease_until = now() - interval '1 ms' where id = $1", [id]);
}
