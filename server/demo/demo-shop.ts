import type { z } from "zod";
import { type changeDemoSwitch, type DemoShop, demoOrder, demoShop, type placeDemoOrder } from "@/contract/demo";
import { type Actor, authorise } from "../auth/actor";
import type { Deps } from "../deps";
import { AppError, NotFound } from "../errors";

const patienceMs = 5_000;

/** The demo shop as it stands: switches, last calls, balance. */
export async function readDemo(deps: Deps, actor: Actor): Promise<DemoShop> {
  authorise(actor, "viewer");
  return demoShop.parse(await ask(deps, "/demo"));
}

type Flip = { readonly service: string; readonly command: string; readonly change: z.output<typeof changeDemoSwitch> };

/** Makes a command of the demo shop behave in another way. */
export async function flipSwitch(deps: Deps, actor: Actor, { service, command, change }: Flip): Promise<unknown> {
  authorise(actor, "operator");
  const path = `/demo/switches/${encodeURIComponent(service)}/${encodeURIComponent(command)}`;
  return ask(deps, path, { method: "PATCH", body: JSON.stringify(change) });
}

/** Lets an order come in that nobody directs; the shop's services react to it, and to each other. */
export async function placeDemo(
  deps: Deps,
  actor: Actor,
  choices: z.output<typeof placeDemoOrder>,
): Promise<z.infer<typeof demoOrder>> {
  authorise(actor, "operator");
  return demoOrder.parse(await ask(deps, "/demo/orders", { method: "POST", body: JSON.stringify(choices) }));
}

/** Puts the demo shop back to its beginning. */
export async function resetDemo(deps: Deps, actor: Actor): Promise<DemoShop> {
  authorise(actor, "operator");
  await ask(deps, "/demo/reset", { method: "POST", body: "{}" });
  return readDemo(deps, actor);
}

async function ask({ env }: Deps, path: string, init: RequestInit = {}): Promise<unknown> {
  if (env.demoUrl === null) throw new NotFound("demo_off", "The demo shop is switched off.");
  const headers = { "content-type": "application/json" };
  const reply = await fetch(`${env.demoUrl.replace(/\/$/, "")}${path}`, {
    ...init,
    headers,
    redirect: "error",
    signal: AbortSignal.timeout(patienceMs),
  }).catch((cause: unknown) => {
    throw new AppError(502, "demo_unreachable", "The demo shop does not answer.", {}, { cause });
  });
  const body: unknown = await reply.json().catch(() => null);
  if (reply.ok) return body;
  const { code, detail } = (body ?? {}) as { code?: string; detail?: string };
  if (reply.status < 500) throw new AppError(reply.status, code ?? "refused", detail ?? "The demo shop refused.");
  throw new AppError(502, "demo_failed", "The demo shop failed.");
}
