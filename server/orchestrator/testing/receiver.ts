import type { IncomingHttpHeaders, ServerResponse } from "node:http";
import type pg from "pg";
import { v7 } from "uuid";
import type { SubscriptionTarget } from "@/contract/subscriptions";
import { newSigningSecret, seal, subscriptionSecretContext } from "../../secrets";
import { testSecretKey } from "./fixtures";
import { type ParticipantCall, startParticipant } from "./participant";

// biome-ignore lint/suspicious/noExplicitAny: tests read events as they come, and assert what they are
export type Received = { readonly headers: IncomingHttpHeaders; readonly body: string; readonly event: any };

export type Receiver = {
  readonly url: string;
  /** Everything that arrived, also what was then refused. */
  readonly received: readonly Received[];
  /** From now on, how deliveries are answered. */
  readonly answer: (answer: (call: ParticipantCall, response: ServerResponse) => void) => void;
  readonly stop: () => Promise<void>;
};

/** A real HTTP endpoint for webhooks that takes everything, unless it is told otherwise. */
export async function startReceiver(): Promise<Receiver> {
  const participant = await startParticipant();
  return {
    url: `${participant.url}/hook?tenant=1`,
    get received() {
      return participant.calls.map(({ headers, body }) => ({ headers, body, event: JSON.parse(body) }));
    },
    answer: (answer) => participant.answer("/hook?tenant=1", answer),
    stop: participant.stop,
  };
}

type Wanted = {
  readonly sagas?: readonly string[];
  readonly types?: readonly string[];
  readonly transitions?: boolean;
  readonly enabled?: boolean;
};

/** Writes a subscription; a worker that begins afterwards knows it at once. */
export async function subscribe(
  pool: pg.Pool,
  target: SubscriptionTarget,
  { sagas = [], types = [], transitions = false, enabled = true }: Wanted = {},
): Promise<{ readonly id: string; readonly secret: string }> {
  const id = v7();
  const secret = newSigningSecret();
  await pool.query(
    `insert into subscription (id, name, target, sagas, types, transitions, secret, enabled, created_by)
     values ($1::uuid, $1::text, $2, $3, $4, $5, $6, $7, 'test')`,
    [id, target, sagas, types, transitions, seal(testSecretKey, subscriptionSecretContext(id), secret), enabled],
  );
  return { id, secret };
}

export function webhook(url: string): SubscriptionTarget {
  return { kind: "webhook", url, allowPrivateNetwork: true };
}
