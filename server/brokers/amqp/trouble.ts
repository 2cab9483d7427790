import type { BrokerRegistration, Trouble } from "../registration";

/** What is wrong with a connection, as whoever runs the broker would say it. */
export function troubleOf(error: unknown, { url }: Pick<BrokerRegistration, "url">): Trouble {
  const { host, pathname } = new URL(url);
  const { code, message } = detailsOf(error);
  const said = sentences[code]?.(host);
  if (said !== undefined) return { code: code.toLowerCase(), message: said };
  if (code === "address_not_allowed") return { code, message };
  return refusalOf(message, host, pathname) ?? ofProtocol(code, message, host);
}

/** What RabbitMQ says about who asks. */
function refusalOf(message: string, host: string, pathname: string): Trouble | null {
  if (/Login was refused/i.test(message))
    return { code: "wrong_credentials", message: `${host} refuses these credentials` };
  // In words of the library, which does not tell the broker's own.
  if (/Expected ConnectionOpenOk; got <ConnectionClose/.test(message)) {
    const vhost = decodeURIComponent(pathname.slice(1)) || "/";
    return { code: "no_vhost", message: `${host} has no virtual host ${vhost} for these credentials` };
  }
  if (/ACCESS_REFUSED/.test(message))
    return { code: "not_permitted", message: `${host} does not permit this to these credentials: ${message}` };
  return null;
}

function ofProtocol(code: string, message: string, host: string): Trouble {
  if (/^(ERR_TLS|ERR_SSL|CERT_|DEPTH_|SELF_SIGNED|UNABLE_TO)/.test(code) || /certificate|\bSSL\b/i.test(message))
    return { code: "tls", message: `TLS with ${host} fails: ${message}` };
  return { code: "broken", message: `${host} does not answer as a RabbitMQ server: ${message}` };
}

const sentences: Readonly<Record<string, (host: string) => string>> = {
  ECONNREFUSED: (host) => `Nothing listens at ${host}`,
  ECONNRESET: (host) => `${host} closed the connection`,
  ENOTFOUND: (host) => `The name of ${host} is not known`,
  EAI_AGAIN: (host) => `The name of ${host} cannot be looked up now`,
  EHOSTUNREACH: (host) => `${host} cannot be reached`,
  ENETUNREACH: (host) => `${host} cannot be reached`,
  ETIMEDOUT: (host) => `${host} does not answer`,
  TIMEOUT: (host) => `${host} does not answer as a RabbitMQ server in time`,
};

function detailsOf(error: unknown): { readonly code: string; readonly message: string } {
  if (!(error instanceof Error)) return { code: "", message: "the connection was closed" };
  const { code } = error as { code?: unknown };
  const isLate = error.name === "TimeoutError" || error.message === "connect ETIMEDOUT";
  return { code: isLate ? "TIMEOUT" : typeof code === "string" ? code : error.name, message: error.message };
}
