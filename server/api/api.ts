/**
 * The HTTP API: endpoints made into Hono routes. Order on every request: who asks (401 before anything else is told),
 * where from, what is sent (sizes before costs), the use case, the reply. Where a service's signature does instead of a
 * key, the body is read first, since it is what was signed.
 */
import { OpenAPIHono } from "@hono/zod-openapi";
import type { Context, MiddlewareHandler } from "hono";
import { api as base } from "@/contract/paths";
import type { Json } from "@/engine/json";
import { limits } from "@/engine/limits";
import type { Caller } from "../auth/actor";
import { authRoutes } from "../auth/auth-routes";
import { checkOrigin } from "../auth/csrf";
import type { Deps } from "../deps";
import { AppError, NotFound, Unauthenticated } from "../errors";
import { binaryMode, namingHeader } from "../messages/binary-mode";
import { systemRoutes } from "../system/routes";
import type { Endpoint, Signer } from "./endpoint";
import { endpoints } from "./endpoints";
import { checkText } from "./inspect";
import { openApiDocument } from "./openapi";
import { parseRequest } from "./parse-request";
import { toAppError, toProblem } from "./problem";
import { readBody } from "./read-body";
import { setupRoutes } from "./setup-routes";
import { isSigned, signingService } from "./signing-service";

/** `sent`: the body, where finding out who asks took reading it. */
export type ApiEnv = { Variables: { caller: Caller; sent?: Json } };

export function createApi(deps: Deps): OpenAPIHono<ApiEnv> {
  const app = new OpenAPIHono<ApiEnv>();
  app.onError((error) => toProblem(toAppError(error, deps.log)));
  app.use(securityHeaders);
  app.route("/", systemRoutes(deps));
  app.route("/api/auth", authRoutes(deps));
  app.route(`${base}/setup`, setupRoutes(deps));
  for (const each of endpoints)
    if (each.signer) app.on(each.method.toUpperCase(), pathOf(each), signedOrIdentified(deps, each, each.signer));
  app.use("*", identified(deps));
  for (const each of endpoints)
    app.on(each.method.toUpperCase(), pathOf(each), (context) =>
      answer(deps, each, context).catch((error: unknown) => {
        throw each.format === "cloudevents" ? inItsMode(error, context.req.raw) : error;
      }),
    );
  app.get(`${base}/openapi.json`, (context) => context.json(openApiDocument(deps.origin)));
  app.notFound((context) =>
    toProblem(new NotFound("not_found", `There is no ${context.req.method} ${new URL(context.req.url).pathname}.`)),
  );
  return app;
}

function pathOf({ path }: Endpoint): string {
  return `${base}${path.replace(/\{(\w+)\}/g, ":$1")}`;
}

const securityHeaders: MiddlewareHandler = async (context, next) => {
  await next();
  const { headers } = context.res;
  headers.set("x-content-type-options", "nosniff");
  headers.set("referrer-policy", "no-referrer");
  headers.set("content-security-policy", "default-src 'none'; frame-ancestors 'none'");
  if (!headers.has("cache-control")) headers.set("cache-control", "no-store");
};

/** 401 without a valid session or key, whatever the path looks like. */
function identified(deps: Deps): MiddlewareHandler<ApiEnv> {
  return async (context, next) => {
    if (context.get("caller")) return next();
    const { method, raw } = context.req;
    const actor = await deps.identify.actorFrom(raw.headers);
    if (!actor) throw new Unauthenticated();
    if (actor.via === "session") checkOrigin(method, raw.headers, deps.origins, true);
    context.set("caller", actor);
    await next();
  };
}

/** A signature does here, and only here; whoever brings none goes on to be identified like everywhere. */
function signedOrIdentified(deps: Deps, each: Endpoint, signer: Signer): MiddlewareHandler<ApiEnv> {
  return async (context, next) => {
    const { raw } = context.req;
    if (!isSigned(raw)) return next();
    const { caller, sent } = await signingService(deps, raw, { ...each, signer, params: context.req.param() });
    context.set("caller", caller);
    context.set("sent", sent);
    await next();
  };
}

async function answer(deps: Deps, each: Endpoint, context: Context<ApiEnv>): Promise<Response> {
  const request = context.req.raw;
  const params = each.params && parseRequest(each.params, checked(context.req.param()), "params");
  const query = each.query && parseRequest(each.query, checked(context.req.query()), "query");
  const taken = { limit: each.limit ?? limits.body, format: each.format ?? "json" };
  const sent = context.get("sent");
  const body = each.body && parseRequest(each.body, sent === undefined ? await readBody(request, taken) : sent, "body");
  const caller = context.get("caller");
  const signal = () => request.signal;
  const reply = await each.handle({ deps, caller, headers: request.headers, params, query, body, signal });
  if (reply.body === undefined) return new Response(null, { status: reply.status, headers: { ...reply.headers } });
  if (typeof reply.body === "string")
    return new Response(reply.body, { status: reply.status, headers: { ...reply.headers } });
  return Response.json(reply.body, { status: reply.status, headers: { ...reply.headers } });
}

/** Of an event in binary mode an error names the header that is at fault. */
function inItsMode(error: unknown, { headers }: Request): unknown {
  const mode = error instanceof AppError ? binaryMode(headers) : null;
  return error instanceof AppError && mode !== null ? namingHeader(error, mode) : error;
}

function checked(values: Record<string, string>): Record<string, string> {
  for (const [name, value] of Object.entries(values)) checkText(value, `/${name}`);
  return values;
}
