import { Webhook } from "standardwebhooks";
import type { Db } from "./command";
import { type OwedReply, postpone, withdrawReply } from "./owed-replies";

/** Where replies go, and the secret that the shop's services are registered with. */
export type ReturnAddress = { readonly url: string; readonly secret: string };

export type Postman = { readonly to: ReturnAddress; readonly signal: AbortSignal };

const patienceMs = 3_000;
const firstPauseMs = 250;
const longestPauseMs = 15_000;
/** A reply that nobody took for so long is for a run that nobody has any more. */
const longestOwedMs = 24 * 60 * 60 * 1000;

/** Sends a reply once; one that is not taken is owed again after a pause. Answers what was said against it, if anything. */
export async function sendReply(db: Db, reply: OwedReply, postman: Postman): Promise<string | null> {
  const answer = await post(reply, postman);
  if (answer.taken || reply.ageMs > longestOwedMs) await withdrawReply(db, reply.key);
  else await postpone(db, reply.key, Math.min(firstPauseMs * 2 ** Math.min(reply.tries, 10), longestPauseMs));
  return answer.taken ? null : answer.refusal;
}

type Answer = { readonly taken: true } | { readonly taken: false; readonly refusal: string | null };

/** No answer and 5xx are nobody's fault for now; anything else is a refusal. */
async function post(reply: OwedReply, { to, signal }: Postman): Promise<Answer> {
  const event = toEvent(reply);
  const body = JSON.stringify(event);
  try {
    const response = await fetch(to.url, {
      method: "POST",
      headers: { "content-type": "application/json", ...signed(event.id, body, to.secret) },
      body,
      redirect: "error",
      signal: AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]),
    });
    const said = await response.text();
    if (response.ok) return { taken: true };
    return { taken: false, refusal: response.status < 500 ? `${response.status} ${said.slice(0, 300)}` : null };
  } catch {
    return { taken: false, refusal: null };
  }
}

function signed(id: string, body: string, secret: string): Record<string, string> {
  const at = new Date();
  return {
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
    "webhook-signature": new Webhook(secret).sign(id, at, body),
  };
}

/** The same id each time it is sent: whoever has it already takes it as a duplicate. */
function toEvent({ id, service, run, step, item, attempt, outcome }: OwedReply) {
  return {
    specversion: "1.0",
    id: attempt === null ? id : `${id}-${attempt}`,
    source: service,
    type: "error" in outcome ? "SagaStepFailed" : "SagaStepCompleted",
    subject: run,
    data: {
      saga_id: run,
      step_name: step,
      ...outcome,
      ...(item === null ? {} : { item }),
      ...(attempt === null ? {} : { attempt }),
    },
  };
}
