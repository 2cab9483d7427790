import type { CloudEvent } from "../events";
import { parseJson, textAt } from "../json";
import { type Secret, sign } from "../signature";
import type { Letter } from "../store/store";
import type { Sender, Sent } from "./post-office";

/** Where Saga Studio is, and a key for it if there is no secret to sign with. */
export type Studio = { readonly url: string; readonly key?: string };

const paths = { reply: "/api/v1/replies", event: "/api/v1/events" } as const satisfies Record<Letter["kind"], string>;
const patienceMs = 3_000;

/** Sends replies and events to the studio over HTTP, signed. */
export function studioSender(studio: Studio, secret: Secret | null, stopping: AbortSignal): Sender {
  return {
    send: async (kind, event) => {
      const asked = { path: paths[kind], body: event, id: event.id, timeoutMs: patienceMs, stopping };
      const answer = await askStudio(studio, secret, asked);
      if (answer === null) return { taken: false, refusal: null };
      return kind === "event" && isUnwanted(answer) ? { taken: true } : toSent(answer);
    },
  };
}

/** An event that nobody listens to has been said all the same, as on any bus. */
function isUnwanted({ status, text }: StudioAnswer): boolean {
  return status === 422 && textAt(parseJson(text), "code") === "unknown_event";
}

/** No answer and 5xx are nobody's fault for now; anything else is a refusal, and of what is too large for good. */
function toSent({ status, text }: StudioAnswer): Sent {
  if (status >= 200 && status < 300) return { taken: true };
  return { taken: false, refusal: status < 500 ? `${status} ${text.slice(0, 300)}` : null, isFinal: status === 413 };
}

type StudioAnswer = { readonly status: number; readonly text: string };
type Asked = {
  readonly path: string;
  readonly body: CloudEvent | Readonly<Record<string, unknown>>;
  readonly id?: string;
  readonly timeoutMs: number;
  readonly stopping: AbortSignal;
};

/** Posts to the studio as this service. Null: it did not answer. */
export async function askStudio(studio: Studio, secret: Secret | null, asked: Asked): Promise<StudioAnswer | null> {
  const body = JSON.stringify(asked.body);
  const who = studio.key === undefined ? sign(secret, body, asked.id) : { authorization: `Bearer ${studio.key}` };
  try {
    const response = await fetch(studio.url.replace(/\/+$/, "") + asked.path, {
      method: "POST",
      headers: { "content-type": "application/json", ...who },
      body,
      redirect: "error",
      signal: AbortSignal.any([asked.stopping, AbortSignal.timeout(asked.timeoutMs)]),
    });
    return { status: response.status, text: await response.text() };
  } catch {
    return null;
  }
}
