import { Hono } from "hono";
import { setup } from "@/contract/people";
import { checkOrigin } from "../auth/csrf";
import type { Deps } from "../deps";
import { finishSetup, readSetupLink } from "../settings/setup";
import { parseRequest } from "./parse-request";
import { readBody } from "./read-body";

const smallBody = 8 * 1024;

/** `/api/v1/setup`: the one part of the API that is open to whoever has a link. */
export function setupRoutes(deps: Deps): Hono {
  const app = new Hono();
  app.get("/", async (context) =>
    context.json(await readSetupLink(deps, (context.req.query("token") ?? "").slice(0, 200))),
  );
  app.post("/", async (context) => {
    const { raw } = context.req;
    checkOrigin("POST", raw.headers, deps.origins, false);
    const wanted = parseRequest(setup, await readBody(raw, { limit: smallBody }), "body");
    // By link, so that nobody can keep others from using theirs; a token of 256 bits needs no limit against guessing.
    await readSetupLink(deps, wanted.token);
    deps.attempts.setup.take(wanted.token);
    const { email } = await finishSetup(deps, wanted);
    deps.attempts.setup.succeeded(wanted.token);
    const signedIn = await deps.auth.api.signInEmail({ body: { email, password: wanted.password }, asResponse: true });
    const reply = context.json({ ok: true }, 201);
    for (const cookie of signedIn.headers.getSetCookie()) reply.headers.append("set-cookie", cookie);
    return reply;
  });
  return app;
}
