/** The pages, by Next, behind what a page request may be and under our security headers. */
import { randomBytes } from "node:crypto";
import { EventEmitter } from "node:events";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import next from "next";
import { pathHeader } from "./auth/identify-slot";
import type { Env } from "./env";

export type Pages = {
  readonly prepare: () => Promise<void>;
  readonly handle: (request: IncomingMessage, response: ServerResponse) => void;
  /** Next's own sockets, for reloading in development. */
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
};

export function createPages({ development }: Pick<Env, "development">): Pages {
  // Next adds its own upgrade listener to the server it is given, so it is given one that nobody else listens to.
  const ownSockets = new EventEmitter();
  const app = next({ dev: development, dir: process.cwd(), httpServer: ownSockets as Server });
  const handle = app.getRequestHandler();
  return {
    prepare: () => app.prepare(),
    handle(request, response) {
      if (!development && request.method !== "GET" && request.method !== "HEAD") {
        response.writeHead(405, { allow: "GET, HEAD" }).end();
        return;
      }
      stripInternal(request);
      setSecurityHeaders(request, response, development);
      handle(request, response).catch(() => {
        if (!response.headersSent) response.writeHead(500);
        response.end();
      });
    },
    upgrade: (request, socket, head) => void ownSockets.emit("upgrade", request, socket, head),
  };
}

const internal =
  /^(x-middleware-|x-nextjs-|x-forwarded-|next-action$|content-security-policy|x-nonce$|x-invoke-|x-matched-path$)/;

/** Headers by which Next talks to itself, and from which it would take a nonce, are ours to set and nobody else's. */
function stripInternal(request: IncomingMessage): void {
  for (const name of Object.keys(request.headers)) if (internal.test(name)) delete request.headers[name];
  if (!isRouterState(request.headers[routerState])) delete request.headers[routerState];
}

const routerState = "next-router-state-tree";

/** Next answers 500, and logs it, when it cannot read what its browser half says that it shows. */
function isRouterState(value: unknown): boolean {
  try {
    return typeof value === "string" && Array.isArray(JSON.parse(decodeURIComponent(value)));
  } catch {
    return false;
  }
}

/** Tells Next what it may not be told from outside: it puts the nonce it finds in the request's policy on its inline scripts. */
function setSecurityHeaders(request: IncomingMessage, response: ServerResponse, development: boolean): void {
  const nonce = randomBytes(16).toString("base64");
  const policy = [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}'${development ? " 'unsafe-eval'" : ""}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "worker-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
  request.headers["content-security-policy"] = policy;
  request.headers[pathHeader] = request.url ?? "/";
  response.setHeader("content-security-policy", policy);
  response.setHeader("x-content-type-options", "nosniff");
  response.setHeader("x-frame-options", "DENY");
  response.setHeader("referrer-policy", "same-origin");
  response.setHeader("permissions-policy", "camera=(), microphone=(), geolocation=()");
}
