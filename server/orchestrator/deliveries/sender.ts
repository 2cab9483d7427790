/**
 * One attempt to hand an event over: to an address, or to a broker. It never rejects. No redirect is followed, only
 * allowed addresses are connected to, and of an answer no more is read than what a person wants to see of it.
 */
import { type Dispatcher, Pool } from "undici";
import type { BrokerLink } from "../../brokers/link";
import type { Subscription } from "../subscriptions";
import { guardedConnector } from "../transports/connector";
import { signature } from "../transports/request";

/** The link to a registered broker; null: there is none of that name. */
export type FindLink = (broker: string) => Promise<BrokerLink | null>;

export type Attempt =
  | { readonly kind: "taken"; readonly status: number | null }
  /** `isGone`: the receiver says that it wants nothing any more. */
  | { readonly kind: "refused"; readonly status: number; readonly error: string; readonly isGone: boolean }
  | { readonly kind: "lost"; readonly error: string };

/** What is sent: a CloudEvent as text. */
export type Sending = Pick<Subscription, "id" | "target" | "secret">;

type Webhook = { readonly url: string; readonly isPrivate: boolean; readonly pool: Pool; readonly path: string };

const gone = 410;
const contentType = "application/cloudevents+json";
const longestAnswer = 500;
/** Bytes of an answer read only to use its connection again. */
const mostDumped = 64 * 1_024;

const failures = {
  unreachable: "cannot be reached",
  too_large: "takes no message as large as this",
  unknown: "did not say whether it has it",
} as const;

/** On what goes to a broker, so that whoever reads there can tell it from what services say. */
const ownMark = { "saga-studio": "1" };

export class Sender {
  readonly #findLink: FindLink;
  readonly #connections: number;
  readonly #webhooks = new Map<string, Webhook>();

  constructor(findLink: FindLink, connections: number) {
    this.#findLink = findLink;
    this.#connections = connections;
  }

  async send(to: Sending, event: string, timeoutMs: number): Promise<Attempt> {
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      return to.target.kind === "broker"
        ? await this.#publish(to.target.broker, event, signal)
        : await this.#post(to, event, signal);
    } catch (error) {
      const message = signal.aborted ? `No answer within ${timeoutMs / 1_000} s` : messageOf(error);
      return { kind: "lost", error: message };
    }
  }

  /** Subscriptions that are no more need no connections. */
  keep(isWanted: (subscription: string) => boolean): void {
    for (const [id, { pool }] of this.#webhooks) {
      if (isWanted(id)) continue;
      this.#webhooks.delete(id);
      void pool.close();
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#webhooks.values()].map(({ pool }) => pool.destroy()));
    this.#webhooks.clear();
  }

  async #publish(broker: string, body: string, signal: AbortSignal): Promise<Attempt> {
    const link = await this.#findLink(broker);
    if (!link) return { kind: "lost", error: `There is no broker ${broker}` };
    const { id, source, type, traceparent } = JSON.parse(body) as Record<"id" | "source" | "type", string> & {
      readonly traceparent: string;
    };
    const headers = { "content-type": contentType, ...ownMark, traceparent };
    const to = { kind: "event", source, type } as const;
    const published = await link.publish({ id, to, headers, body, expiresAt: null }, signal);
    if (published === "stored") return { kind: "taken", status: null };
    return { kind: "lost", error: `The broker ${broker} ${failures[published]}` };
  }

  async #post(to: Sending, body: string, signal: AbortSignal): Promise<Attempt> {
    const { pool, path } = this.#webhook(to);
    const { id, traceparent } = JSON.parse(body) as { readonly id: string; readonly traceparent: string };
    const headers = {
      "content-type": contentType,
      "user-agent": "saga-studio",
      traceparent,
      ...(to.secret ? signature(id, to.secret, body, Date.now()) : {}),
    };
    const answer = await pool.request({
      method: "POST",
      path,
      headers,
      body,
      signal,
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    const { statusCode: status } = answer;
    if (status >= 200 && status < 300) {
      // It is taken, whatever becomes of the rest of the answer.
      await answer.body.dump({ limit: mostDumped, signal }).catch(() => {});
      return { kind: "taken", status };
    }
    const text = await beginningOf(answer.body);
    const error = text === "" ? `Answered ${status}` : `Answered ${status}: ${text}`;
    return { kind: "refused", status, error, isGone: status === gone };
  }

  #webhook({ id, target }: Sending): Webhook {
    if (target.kind !== "webhook") throw new Error("Only a webhook has an address");
    const known = this.#webhooks.get(id);
    if (known?.url === target.url && known.isPrivate === target.allowPrivateNetwork) return known;
    const url = new URL(target.url);
    const pool = new Pool(url.origin, {
      connections: this.#connections,
      pipelining: 1,
      connect: guardedConnector(target.allowPrivateNetwork),
      maxHeaderSize: 16_384,
    });
    const path = url.pathname + url.search;
    const webhook = { url: target.url, isPrivate: target.allowPrivateNetwork, pool, path };
    this.#webhooks.set(id, webhook);
    // Deliveries under way on the old connections may end.
    void known?.pool.close();
    return webhook;
  }
}

/** What a person sees of an answer; the rest is not read, and its connection not used again. */
async function beginningOf(body: Dispatcher.ResponseData["body"]): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  // Leaving off in the middle is an error to the stream.
  body.on("error", () => {});
  for await (const chunk of body) {
    chunks.push(chunk as Buffer);
    length += (chunk as Buffer).length;
    if (length > longestAnswer) break;
  }
  const text = Buffer.concat(chunks).toString("utf8").slice(0, longestAnswer);
  return text.replace(/[\p{Cc}\s]+/gu, " ").trim();
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error);
}
