import type { HttpBindings } from "@hono/node-server";
import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import type pg from "pg";
import { changeDemoSwitch, placeDemoOrder } from "@/contract/demo";
import { readBalance } from "./balance";
import { listCalls } from "./ledger";
import type { ShopParticipants } from "./participants";
import { placeOrder } from "./place-order";
import { reset } from "./reset";
import { commandOf } from "./services/commands";
import { listSwitches, setSwitch } from "./switches";

type Env = { Bindings: HttpBindings };
type Shop = { readonly pool: pg.Pool; readonly participants: ShopParticipants };
type Problem = { readonly type: string; readonly title: string; readonly status: number; readonly detail: string };

const largestBody = 256 * 1024;

/** The shop's HTTP side: its participants at `/{service}/{command}`, and its own API at `/demo`. */
export function createApp({ pool, participants }: Shop, onError: (error: unknown) => void): Hono<Env> {
  const app = new Hono<Env>();

  // Services call this shop, browsers do not: a page of some other site must not flip switches on its visitor's machine.
  app.use(async (c, next) => {
    if (c.req.header("origin") === undefined) return next();
    return problem({ type: "no_browsers", title: "No browsers", status: 403, detail: "Use the app's demo page." });
  });
  app.use(bodyLimit({ maxSize: largestBody, onError: () => problem(tooLarge) }));

  app.get("/demo", async (c) => {
    const [switches, calls, balance] = await Promise.all([listSwitches(pool), listCalls(pool), readBalance(pool)]);
    return c.json({ switches, calls, balance });
  });

  app.patch("/demo/switches/:service/:command", async (c) => {
    const name = c.req.param();
    if (commandOf(name.service, name.command) === null) return problem(noSuchCommand(name));
    const change = changeDemoSwitch.safeParse(await c.req.json().catch(() => null));
    if (change.success) return c.json(await setSwitch(pool, name, change.data));
    return problem({
      ...notValid,
      type: "invalid_switch",
      title: "Not a position of a switch",
      detail: complaints(change.error.issues),
    });
  });

  app.post("/demo/orders", async (c) => {
    const choices = placeDemoOrder.safeParse(await c.req.json().catch(() => null));
    if (choices.success) return c.json(await placeOrder(participants, choices.data));
    return problem({
      ...notValid,
      type: "invalid_order",
      title: "Not an order",
      detail: complaints(choices.error.issues),
    });
  });

  app.post("/demo/reset", async (c) => {
    await reset(pool);
    return c.body(null, 204);
  });

  app.post("/:service/:command", async (c) => {
    const name = c.req.param();
    const participant = participants.get(name.service);
    if (!participant) return problem(noSuchCommand(name));
    const call = { command: name.command, headers: c.req.header(), body: await c.req.text() };
    const answer = await participant.answer(call);
    if (answer === null) await hangUp(c);
    return new Response(answer?.body ?? null, { status: answer?.status ?? 500, headers: { ...answer?.headers } });
  });

  app.notFound((c) => problem({ ...notFound, detail: `There is nothing at ${c.req.path}.` }));
  app.onError((error) => {
    onError(error);
    return problem({ type: "internal", title: "Internal error", status: 500, detail: "See the shop's output." });
  });
  return app;
}

const notFound = { type: "not_found", title: "Not found", status: 404 } as const;
const notValid = { status: 422 } as const;
const tooLarge = { type: "too_large", title: "Too large", status: 413, detail: "At most 256 KB are taken." } as const;

type Issue = { readonly path: readonly PropertyKey[]; readonly message: string };

function complaints(issues: readonly Issue[]): string {
  return issues.map(({ path, message }) => `${path.join(".") || "body"}: ${message}`).join("; ");
}

function noSuchCommand({ service, command }: { readonly service: string; readonly command: string }): Problem {
  return { ...notFound, detail: `The shop has no command ${service}.${command}.` };
}

function problem(body: Problem): Response {
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
