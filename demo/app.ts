import type { HttpBindings } from "@hono/node-server";
import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { changeDemoSwitch } from "@/contract/demo";
import { readBalance } from "./balance";
import { handle, type Shop } from "./handle";
import { listCalls } from "./ledger";
import { Refused, type ShopProblem } from "./problem";
import { readCall } from "./read-call";
import { reset } from "./reset";
import { commandOf } from "./services/commands";
import { listSwitches, setSwitch } from "./switches";

type Env = { Bindings: HttpBindings };

const largestBody = 256 * 1024;

/** The shop's HTTP side: its participants at `/{service}/{command}`, and its own API at `/demo`. */
export function createApp(shop: Shop, onError: (error: unknown) => void): Hono<Env> {
  const app = new Hono<Env>();

  // Services call this shop, browsers do not: a page of some other site must not flip switches on its visitor's machine.
  app.use(async (c, next) => {
    if (c.req.header("origin") === undefined) return next();
    return problem({ type: "no_browsers", title: "No browsers", status: 403, detail: "Use the app's demo page." });
  });
  app.use(bodyLimit({ maxSize: largestBody, onError: () => problem(tooLarge) }));

  app.get("/demo", async (c) => {
    const [switches, calls, balance] = await Promise.all([
      listSwitches(shop.pool),
      listCalls(shop.pool),
      readBalance(shop.pool),
    ]);
    return c.json({ switches, calls, balance });
  });

  app.patch("/demo/switches/:service/:command", async (c) => {
    const name = c.req.param();
    if (commandOf(name.service, name.command) === null) return problem(noSuchCommand(name));
    const change = changeDemoSwitch.safeParse(await c.req.json().catch(() => null));
    if (change.success) return c.json(await setSwitch(shop.pool, name, change.data));
    const detail = change.error.issues.map((issue) => `${issue.path.join(".") || "body"}: ${issue.message}`).join("; ");
    return problem({ type: "invalid_switch", title: "Not a position of a switch", status: 422, detail });
  });

  app.post("/demo/reset", async (c) => {
    await reset(shop.pool);
    return c.body(null, 204);
  });

  app.post("/:service/:command", async (c) => {
    const name = c.req.param();
    const command = commandOf(name.service, name.command);
    if (command === null) return problem(noSuchCommand(name));
    const reply = await handle(shop, command, await readCall(c.req, name));
    if (reply.silent) await hangUp(c);
    if (reply.status === 202) return c.body(null, 202);
    if (reply.status === 200) return c.json(reply.body);
    return problem(reply.body as ShopProblem);
  });

  app.notFound((c) => problem({ ...notFound, detail: `There is nothing at ${c.req.path}.` }));
  app.onError((error) => {
    if (error instanceof Refused) return problem(error.problem);
    onError(error);
    return problem({ type: "internal", title: "Internal error", status: 500, detail: "See the shop's output." });
  });
  return app;
}

const notFound = { type: "not_found", title: "Not found", status: 404 } as const;
const tooLarge = { type: "too_large", title: "Too large", status: 413, detail: "At most 256 KB are taken." } as const;

function noSuchCommand({ service, command }: { readonly service: string; readonly command: string }): ShopProblem {
  return { ...notFound, detail: `The shop has no command ${service}.${command}.` };
}

function problem(body: ShopProblem): Response {
  const headers: Record<string, string> = { "content-type": "application/problem+json" };
  // The rest of a body that was refused unread would be taken for the connection's next request.
  if (body.status === tooLarge.status) headers.connection = "close";
  return new Response(JSON.stringify(body), { status: body.status, headers });
}

/** Holds the socket without an answer until the caller gives up. */
function hangUp(c: Context<Env>): Promise<void> {
  return new Promise((resolve) => {
    if (c.env.outgoing.destroyed) resolve();
    else c.env.outgoing.once("close", resolve);
  });
}
