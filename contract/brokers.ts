/** Message brokers over which services are reached, and the messages that could not be taken. */
import { z } from "zod";
import { limits } from "@/engine/limits";
import { isoTime, json, listQuery, page } from "./common";

export const brokerKind = z.enum(["nats", "amqp"]);
export type BrokerKind = z.infer<typeof brokerKind>;

const secret = z.string().min(1).max(2_000);

export const brokerCredentials = z.union([
  z.strictObject({ user: z.string().min(1).max(300), password: secret }),
  z.strictObject({ token: secret }),
]);

/** `PUT /brokers/{name}`. */
export const putBroker = z.strictObject({
  kind: brokerKind,
  url: z
    .string()
    .max(2_000)
    .describe("nats:// or tls:// with a host and a port; amqp:// or amqps://, where a path names the virtual host."),
  credentials: brokerCredentials
    .nullish()
    .describe("Never shown again. Left out: as they were, as long as the address stays; null: none."),
  tls: z
    .strictObject({
      ca: z.string().max(65_536).nullable().default(null).describe("PEM; null: what this machine trusts."),
    })
    .nullable()
    .default(null)
    .describe("Set: TLS, whatever the address says."),
  allowPrivateNetwork: z
    .boolean()
    .default(false)
    .describe("Loopback and private addresses are refused unless this is true."),
  enabled: z.boolean().default(true).describe("False: not connected to; commands for it wait."),
});
export type PutBroker = z.output<typeof putBroker>;

/** How the answering process stands with it. */
export const brokerHealth = z.object({
  state: z.enum(["connected", "connecting", "down", "off"]),
  since: isoTime.nullable(),
  lastError: z.string().nullable(),
  /** Runs of which a command waits for this broker; counted while it is not connected, and up to 1,000. */
  waiting: z.number().int(),
});
export type BrokerHealth = z.infer<typeof brokerHealth>;

export const brokerView = z.object({
  name: z.string(),
  kind: brokerKind,
  url: z.string(),
  /** Which credentials are kept, without the secret. */
  credentials: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("none") }),
    z.object({ kind: z.literal("password"), user: z.string() }),
    z.object({ kind: z.literal("token") }),
  ]),
  tls: z.object({ ca: z.string().nullable() }).nullable(),
  allowPrivateNetwork: z.boolean(),
  enabled: z.boolean(),
  /** Services that are reached over it. */
  services: z.array(z.string()),
  health: brokerHealth,
  updatedAt: isoTime,
});
export type BrokerView = z.infer<typeof brokerView>;
export const brokerPage = page(brokerView);

/** `POST /brokers/{name}/test`: with these settings, or with those that are kept. */
export const testBroker = z.strictObject({ settings: putBroker.optional() });

/** `code` is stable; `message` says in one sentence what is wrong, or that all is well. */
export const brokerTested = z.object({ ok: z.boolean(), code: z.string(), message: z.string() });
export type BrokerTested = z.infer<typeof brokerTested>;

export const deadLetterSummary = z.object({
  id: z.uuid(),
  at: isoTime,
  /** `broker:<name>`, `queue:<service>` or `events`. */
  source: z.string(),
  reason: z.string(),
  detail: z.string(),
  /** Where it stood in its source: a subject or a routing key. */
  subject: z.string().nullable(),
  size: z.number().int(),
});
export type DeadLetterSummary = z.infer<typeof deadLetterSummary>;

/** `total`: of all that wait for a person, up to 1,000. */
export const deadLetterPage = page(deadLetterSummary).extend({ total: z.number().int() });

export const deadLetterQuery = listQuery.extend({ source: z.string().max(300).optional() });

export const deadLetterView = deadLetterSummary.extend({
  body: z.string(),
  headers: z.record(z.string(), json),
  replayedAt: isoTime.nullable(),
  replayedBy: z.string().nullable(),
});
export type DeadLetterView = z.infer<typeof deadLetterView>;

/** `POST /dead-letters/{id}/replay`: `taken`, or still not, and why. */
export const replayed = z.discriminatedUnion("result", [
  z.object({ result: z.literal("taken") }),
  z.object({ result: z.literal("refused"), reason: z.string(), detail: z.string() }),
]);
export type Replayed = z.infer<typeof replayed>;

/** `DELETE /dead-letters/{id}?reason=`: it stays in the audit log. */
export const discardQuery = z.object({ reason: z.string().trim().min(1).max(limits.reason) });
