import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { type DemoShop, demoShop } from "@/contract/demo";
import type { JsonObject } from "@/engine/json";
import { createTestDatabase } from "@/server/testing/database";
import type { ReturnAddress } from "./send-reply";
import { startShop } from "./server";

type Body = Record<string, unknown>;
export type Answer = { readonly status: number; readonly body: Body };
type CallOptions = { readonly key: string; readonly run?: string; readonly step?: string; readonly attempt?: number };

/** Calls a command the way the orchestrator does. */
export async function call(base: string, path: string, body: JsonObject, options: CallOptions): Promise<Answer> {
  const headers: Record<string, string> = { "content-type": "application/json", "idempotency-key": options.key };
  if (options.run) headers["saga-id"] = options.run;
  if (options.step) headers["saga-step"] = options.step;
  if (options.attempt) headers["saga-attempt"] = String(options.attempt);
  const signal = AbortSignal.timeout(5000);
  const response = await fetch(`${base}/${path}`, { method: "POST", headers, body: JSON.stringify(body), signal });
  const written = await response.text();
  return { status: response.status, body: written === "" ? {} : (JSON.parse(written) as Body) };
}

/** Where nobody listens: for tests of what answers at once. */
const nowhere: ReturnAddress = { url: "http://127.0.0.1:1/", secret: "whsec_bm9ib2R5" };

export type TestShop = Awaited<ReturnType<typeof openTestShop>>;

/** A shop on a database of its own. */
export async function openTestShop(returnAddress = nowhere) {
  const database = await createTestDatabase();
  const errors: unknown[] = [];
  const start = () =>
    startShop({ databaseUrl: database.url, port: 0, returnAddress, onError: (error) => errors.push(error) });
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
      await database.pool.query("update demo_shop.owed_reply set due_at = clock_timestamp()");
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

type Received = { readonly headers: IncomingHttpHeaders; readonly body: string };

/** Takes replies as the orchestrator would, or refuses them. */
export class Receiver {
  readonly received: Received[] = [];
  /** What it answers from now on. */
  status = 202;
  readonly #server = createServer(async (request, response) => {
    this.received.push({ headers: request.headers, body: await text(request) });
    response.writeHead(this.status, { "content-type": "application/json" }).end("{}");
  });

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/api/v1/replies`;
  }

  /** The replies as events, oldest first. */
  get events(): readonly Body[] {
    return this.received.map(({ body }) => JSON.parse(body) as Body);
  }

  async stop(): Promise<void> {
    await new Promise((resolve) => this.#server.close(resolve));
  }
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
