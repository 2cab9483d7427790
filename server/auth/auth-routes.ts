import { Hono } from "hono";
import { readBody } from "../api/read-body";
import type { Deps } from "../deps";
import { AppError } from "../errors";
import { checkOrigin } from "./csrf";

/** What of better-auth is open: nothing else of it can be reached. */
const open = ["/sign-in/email", "/sign-out", "/change-password"];
const smallBody = 8 * 1024;

/** `/api/auth/*`: sign in, sign out, change password. Errors are problem+json like everywhere. */
export function authRoutes(deps: Deps): Hono {
  const app = new Hono();
  for (const path of open)
    app.post(path, async (context) => {
      const { raw } = context.req;
      checkOrigin("POST", raw.headers, deps.origins, false);
      const body = await readBody(raw, { limit: smallBody });
      const headers = withoutLength(raw.headers);
      const forwarded = new Request(raw.url, { method: "POST", headers, body: JSON.stringify(body) });
      return path === "/sign-in/email" ? signIn(deps, forwarded, body) : toReply(await deps.auth.handler(forwarded));
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
  return toReply(response);
}

/** The body was read and is written anew, so its old length no longer holds. */
function withoutLength(headers: Headers): Headers {
  const copy = new Headers(headers);
  for (const name of ["content-length", "transfer-encoding"]) copy.delete(name);
  return copy;
}

/** Cookies and nothing else: the token in better-auth's own answer would undo HttpOnly. */
async function toReply(response: Response): Promise<Response> {
  if (response.ok) {
    const reply = Response.json({ ok: true });
    for (const cookie of response.headers.getSetCookie()) reply.headers.append("set-cookie", cookie);
    return reply;
  }
  const said = (await response.json().catch(() => null)) as { code?: string; message?: string } | null;
  const code = (said?.code ?? "refused").toLowerCase();
  if (response.status >= 500) throw new Error(`better-auth answered ${response.status} ${code}`);
  throw new AppError(response.status, code, said?.message ?? "Refused.");
}
