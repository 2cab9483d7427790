import { JetStreamApiError } from "@nats-io/jetstream";
import { errors, type PermissionViolationError } from "@nats-io/transport-node";
import type { BrokerRegistration, Trouble } from "../registration";

/** What is wrong with a connection, as whoever runs the broker would say it. */
export function troubleOf(error: unknown, { url }: Pick<BrokerRegistration, "url">): Trouble {
  const host = new URL(url).host;
  if (error instanceof errors.AuthorizationError || error instanceof errors.UserAuthenticationExpiredError)
    return { code: "wrong_credentials", message: `${host} refuses these credentials` };
  const forbidden = violationIn(error);
  if (forbidden)
    return { code: "not_permitted", message: `These credentials may not use ${forbidden.subject} at ${host}` };
  if (isWithoutJetStream(error))
    return { code: "no_jetstream", message: `${host} is a NATS server without JetStream: start it with -js` };
  if (error instanceof JetStreamApiError)
    return { code: "jetstream_refused", message: `JetStream at ${host} refuses: ${error.message}` };
  return ofConnection(error, host);
}

function violationIn(error: unknown): PermissionViolationError | null {
  if (!(error instanceof Error)) return null;
  return error instanceof errors.PermissionViolationError ? error : violationIn(error.cause);
}

/** Nobody answers where JetStream would. */
function isWithoutJetStream(error: unknown): boolean {
  if (isUnanswered(error)) return true;
  return error instanceof JetStreamApiError && error.code === notEnabledForAccount;
}

/** The server said that nobody took the message: it certainly is not stored. */
export function isUnanswered(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof errors.NoRespondersError) return true;
  if (error instanceof errors.RequestError && error.isNoResponders()) return true;
  return isUnanswered(error.cause);
}

const notEnabledForAccount = 10_039;

const sentences: Readonly<Record<string, (host: string) => string>> = {
  ECONNREFUSED: (host) => `Nothing listens at ${host}`,
  ECONNRESET: (host) => `${host} closed the connection`,
  ENOTFOUND: (host) => `The name of ${host} is not known`,
  EAI_AGAIN: (host) => `The name of ${host} cannot be looked up now`,
  EHOSTUNREACH: (host) => `${host} cannot be reached`,
  ENETUNREACH: (host) => `${host} cannot be reached`,
  ETIMEDOUT: (host) => `${host} does not answer`,
};

function ofConnection(error: unknown, host: string): Trouble {
  if (!(error instanceof Error)) return { code: "connection_lost", message: `${host} closed the connection` };
  const { code, message } = rootOf(error);
  if (error instanceof errors.TimeoutError || /^timeout$/i.test(message))
    return { code: "timeout", message: `${host} does not answer as a NATS server in time` };
  const said = sentences[code]?.(host);
  if (said !== undefined) return { code: code.toLowerCase(), message: said };
  if (/^(ERR_TLS|ERR_SSL|CERT_|DEPTH_|SELF_SIGNED|UNABLE_TO)/.test(code) || /\btls\b|certificate/i.test(message))
    return { code: "tls", message: `TLS with ${host} fails: ${message}` };
  if (code === "address_not_allowed") return { code, message };
  return { code: "broken", message: `${host} does not answer as a NATS server: ${message}` };
}

/** The first cause, with its code. */
function rootOf(error: Error): { readonly code: string; readonly message: string } {
  if (error.cause instanceof Error) return rootOf(error.cause);
  const { code } = error as { code?: unknown };
  return { code: typeof code === "string" ? code : "", message: error.message };
}
