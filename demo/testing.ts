import type { JsonObject } from "@/engine/json";

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
  return { status: response.status, body: (await response.json()) as Body };
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
