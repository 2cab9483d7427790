import type { GivenUp, Incoming } from "../link";
import { deliveryLimit, serviceOf } from "./names";

/** What RabbitMQ writes about a death; the newest is the first. */
type Death = { readonly reason?: string; readonly queue?: string; readonly "original-expiration"?: string };

/** Null: it says itself until when it was wanted, and nobody waits for it any more. */
export function toGivenUp(message: Incoming): GivenUp | null {
  const death = deathOf(message);
  if (death.reason === "expired" && death["original-expiration"] !== undefined) return null;
  const service = serviceOf(death.queue ?? "");
  return { ...message, of: service === null ? "event" : "command", reason: reasonOf(death, service) };
}

function reasonOf({ reason = "", queue = "" }: Death, service: string | null): string {
  const who = service === null ? "This server" : `The participant of ${service}`;
  switch (reason) {
    case "delivery_limit":
      // The broker does not say how often; so often it is in queues that are made as they should be.
      return `${who} gave it back ${deliveryLimit + 1} times`;
    case "rejected":
      return `${who} refused it`;
    case "expired":
      return `It waited too long in ${queue}`;
    case "maxlen":
      return `There was no room for it in ${queue}`;
    default:
      return "The broker gave it up and did not say why";
  }
}

/** Whoever publishes to the dead by hand may write anything there. */
function deathOf({ headers }: Incoming): Death {
  try {
    const deaths = JSON.parse(headers["x-death"] ?? "") as readonly Death[];
    return deaths[0] ?? {};
  } catch {
    return {};
  }
}
