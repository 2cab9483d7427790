import { Hono } from "hono";
import { readBody } from "../api/read-body";
import type { Deps } from "../deps";
import { AppError } from "../errors";
import { checkOrigin } from "./csrf";

/** What of better-auth is open: nothing else of it can be reached. */
const open: readonly (readonly [method: string, path: string])[] = [
  ["POST", "/sign-in/email"],
  ["POST", "/sign-out"],
  ["POST", "/change-password"],
  ["GET", "/get-session"],
];
const smallBody = 8 * 1024;

/** `/api/auth/*`: sign in, sign out, change password. Errors are problem+json like everywhere. */
export function authRoutes(deps: Deps): Hono {
  const app = new Hono();
  for (const [method, path] of open)
    app.on(method, path, async (context) => {
      const { raw } = context.req;
      checkOrigin(method, raw.headers, deps.origins, false);
      const body = method === "POST" ? await readBody(raw, { limit: smallBody, yaml: false }) : null;
      const forwarded = new Request(raw.url, {
        method,
        headers: withoutLength(raw.headers),
        ...(body === null ? {} : { body: JSON.stringify(body) }),
      });
      if (path !== "/sign-in/email") return asProblem(await deps.auth.handler(forwarded));
      return signIn(deps, forwarded, body);
    });
  return app;
}

async function signIn(deps: Deps, request: Request, body: unknown): Promise<Response> {
  const email = String((body as { email?: unknown } | null)?.email ?? "")
    .toLowerCase()
    .slice(0, 254);
  deps.attempts.signIn.take(email);
  const response = await deps.auth.handler(request);
  if (response.ok) deps.attempts.signIn.succeeded(email);
  return asProblem(response);
}

/** The body was read and is written anew, so its old length no longer holds. */
function withoutLength(headers: Headers): Headers {
  const copy = new Headers(headers);
  for (const name of ["content-length", "transfer-encoding"]) copy.delete(name);
  return copy;
}

async function asProblem(response: Response): Promise<Response> {
  if (response.ok) return response;
  const said = (await response.json().catch(() => null)) as { code?: string; message?: string } | null;
  const code = (said?.code ?? "refused").toLowerCase();
  if (response.status >= 500) throw new Error(`better-auth answered ${response.status} ${code}`);
  throw new AppError(response.status, code, said?.message ?? "Refused.");
}
