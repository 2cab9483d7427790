import { z } from "zod";
import { limits } from "@/engine/limits";
import { isoTime, page } from "./common";

export const httpTransport = z.strictObject({
  kind: z.literal("http"),
  url: z.url({ protocol: /^https?$/ }).max(2000),
  /** Loopback and private addresses are refused unless this is true. */
  allowPrivateNetwork: z.boolean().default(false),
});

/** No address: the service asks for its work (`POST /queues/{service}/claim`). */
export const queueTransport = z.strictObject({ kind: z.literal("queue") });

/** Commands go over a registered broker. */
export const natsTransport = z.strictObject({ kind: z.literal("nats"), broker: z.string().min(1).max(limits.name) });
export const amqpTransport = z.strictObject({ kind: z.literal("amqp"), broker: z.string().min(1).max(limits.name) });

/** How commands reach a service. */
export const serviceTransport = z.discriminatedUnion("kind", [
  httpTransport,
  queueTransport,
  natsTransport,
  amqpTransport,
]);
export type ServiceTransport = z.infer<typeof serviceTransport>;

/** `PUT /services/{name}`. `timeout`: ISO 8601 duration of one attempt, when a step says none. */
export const putService = z.strictObject({
  transport: serviceTransport,
  concurrency: z.number().int().min(1).max(10_000).optional(),
  timeout: z.string().max(40).optional(),
});

export const serviceView = z.object({
  name: z.string(),
  transport: serviceTransport,
  concurrency: z.number().int(),
  timeout: z.string().nullable(),
  /** True when calls are signed; the secret itself is shown once, at creation or rotation. */
  signed: z.boolean(),
  /** Commands that published definitions send here. */
  commands: z.array(z.string()),
  /** Of this process's calls; null before the first. A refusal (4xx) is an answer, no failure, unless it does not know us or the command. */
  health: z
    .object({
      calls: z.number().int(),
      failures: z.number().int(),
      medianMs: z.number(),
      lastError: z.string().nullable(),
      lastAt: isoTime,
    })
    .nullable(),
  /**
   * Of a service that pulls its work: commands that wait and that somebody has claimed, each counted up to 10,000, and since
   * when the oldest waits. Null: it is reached in another way.
   */
  queue: z.object({ waiting: z.number().int(), claimed: z.number().int(), oldestAt: isoTime.nullable() }).nullable(),
  updatedAt: isoTime,
});
export type ServiceView = z.infer<typeof serviceView>;
export const servicePage = page(serviceView);

/** `PUT` of a new service, and `POST /services/{name}/secret`, answer the signing secret this once. */
export const serviceSaved = serviceView.extend({ secret: z.string().optional() });
