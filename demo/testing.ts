import { Webhook } from "standardwebhooks";
import { type DemoShop, demoShop } from "@/contract/demo";
import type { JsonObject } from "@/participant";
import { createTestDatabase } from "@/server/testing/database";
import { startShop } from "./server";

type Body = Record<string, unknown>;
export type Answer = { readonly status: number; readonly body: Body };
/** What every service of a test shop is registered with. */
export const secret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;

/** Headers with which a body counts as the orchestrator's own. */
export function signed(headers: Record<string, string>, body: string): Record<string, string> {
  const id = headers["idempotency-key"] || "no key";
  const at = new Date();
  return {
    ...headers,
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
    "webhook-signature": new Webhook(secret).sign(id, at, body),
  };
}

type CallOptions = { readonly key: string; readonly run?: string; readonly step?: string; readonly attempt?: number };

/** Calls a command the way the orchestrator does. */
export async function call(base: string, path: string, body: JsonObject, options: CallOptions): Promise<Answer> {
  const headers: Record<string, string> = { "content-type": "application/json", "idempotency-key": options.key };
  if (options.run) headers["saga-id"] = options.run;
  if (options.step) headers["saga-step"] = options.step;
  if (options.attempt) headers["saga-attempt"] = String(options.attempt);
  const signal = AbortSignal.timeout(5000);
  const sent = JSON.stringify(body);
  const response = await fetch(`${base}/${path}`, {
    method: "POST",
    headers: signed(headers, sent),
    body: sent,
    signal,
  });
  const written = await response.text();
  return { status: response.status, body: written === "" ? {} : (JSON.parse(written) as Body) };
}

/** Where nobody listens: for tests of what answers at once. */
const nowhere = "http://127.0.0.1:1";

export type TestShop = Awaited<ReturnType<typeof openTestShop>>;

/** A shop on a database of its own. */
export async function openTestShop(studio = nowhere) {
  const database = await createTestDatabase();
  const errors: unknown[] = [];
  const start = () =>
    startShop({
      databaseUrl: database.url,
      port: 0,
      studio,
      secretOf: () => secret,
      onError: (error) => errors.push(error),
    });
  let running = await start();
  const restart = async () => {
    await running.stop();
    running = await start();
  };
  const read = async (): Promise<DemoShop> => demoShop.parse(await (await fetch(`${running.url}/demo`)).json());
  return {
    /** What the shop complained of. */
    errors,
    get url() {
      return running.url;
    },
    /** A second shop on the same tables. */
    start,
    stop: () => running.stop(),
    restart,
    /** As if the time of all accepted work had come. */
    hasten: async () => {
      await database.pool.query(
        "update demo_shop.participant_outcome set due_at = clock_timestamp() where state = 'waiting'",
      );
      await restart();
    },
    close: async () => {
      await running.stop();
      await database.drop();
    },
    reset: () => fetch(`${running.url}/demo/reset`, { method: "POST" }),
    read,
    balance: async (): Promise<Record<string, string>> =>
      Object.fromEntries((await read()).balance.map(({ label, value }) => [label, value])),
    /** `command`: `Service/Command`. */
    turn: (command: string, position: object) => {
      const headers = { "content-type": "application/json" };
      const body = JSON.stringify(position);
      return fetch(`${running.url}/demo/switches/${command}`, { method: "PATCH", headers, body });
    },
  };
}

/** The source text's order: action and undo as the default inputs make them. */
export class Order {
  readonly #base: string;
  readonly run: string;
  readonly data: JsonObject;

  constructor(base: string, run: string, data: JsonObject = {}) {
    this.#base = base;
    this.run = run;
    this.data = {
      order_id: `order-${run}`,
      customer_id: "customer-1",
      items: [{ sku: "CHAIR-OAK", quantity: 2 }],
      payment_method: "card",
      shipping_address: { city: "Turku" },
      total_amount: 129,
      ...data,
    };
  }

  act(command: string, step: string, generation = 1): Promise<Answer> {
    return this.#send(command, step, `${generation}:action`, {});
  }

  undo(command: string, step: string, result: unknown, generation = 1): Promise<Answer> {
    return this.#send(command, step, `${generation}:compensation`, { original_result: result as JsonObject });
  }

  #send(command: string, step: string, end: string, more: JsonObject): Promise<Answer> {
    const body = { ...this.data, ...more, saga_id: this.run, step_name: step };
    return call(this.#base, command, body, { key: `${this.run}:${step}:${end}`, run: this.run, step, attempt: 1 });
  }
}
