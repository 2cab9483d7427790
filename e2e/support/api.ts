import { type APIRequestContext, type APIResponse, expect } from "@playwright/test";
import type { Role } from "@/contract/common";
import type { DemoSwitch } from "@/contract/demo";
import { api as root } from "@/contract/paths";
import type { RunView } from "@/contract/runs";

type EventsTold = { readonly results: readonly { readonly runs: readonly { saga: string; run: string }[] }[] };

type Document = { readonly saga: string; readonly [key: string]: unknown };

/** Prepares what a test needs, the way a program would: over the API, with the installation's key. */
export class Api {
  readonly #request: APIRequestContext;

  constructor(request: APIRequestContext) {
    this.#request = request;
  }

  async turn(
    command: string,
    mode: DemoSwitch["mode"],
    more: { times?: number; delayMs?: number } = {},
  ): Promise<void> {
    const path = `/demo/switches/${command.replace(".", "/")}`;
    await this.#send("PATCH", path, { mode, ...more });
  }

  /** Every command of the demo shop works again. */
  async mendShop(): Promise<void> {
    const { switches } = (await this.#send("GET", "/demo")) as { switches: DemoSwitch[] };
    const broken = switches.filter((one) => one.mode !== "ok");
    for (const one of broken) await this.turn(`${one.service}.${one.command}`, "ok");
  }

  /** `revision`: of the draft that this one replaces; none: it is the first. */
  async saveDraft(document: Document, revision?: number): Promise<void> {
    const match: Record<string, string> = revision === undefined ? {} : { "if-match": `"${revision}"` };
    await this.#send("PUT", `/sagas/${document.saga}/draft`, { document }, match);
  }

  async publish(document: Document): Promise<void> {
    await this.saveDraft(document);
    await this.#send("POST", `/sagas/${document.saga}/versions`, { note: "For a test" });
  }

  async registerService(name: string, transport: object): Promise<void> {
    await this.#send("PUT", `/services/${name}`, { transport });
  }

  /** Starts a run and answers its id. */
  async start(saga: string, data: unknown): Promise<string> {
    const started = (await this.#send("POST", `/sagas/${saga}/runs`, { data })) as { id: string };
    return started.id;
  }

  /** Sends a run a signal; a step that does not wait for it yet takes it later. */
  async signal(run: string, signal: string, data: unknown): Promise<void> {
    await this.#send("POST", "/signals", { run, signal, data });
  }

  /** Tells what happened, as a service would; answers the runs that heard of it, by their sagas. */
  async tell(type: string, data: unknown): Promise<ReadonlyMap<string, string>> {
    const event = { specversion: "1.0", id: crypto.randomUUID(), source: "e2e", type, data };
    const { results } = (await this.#send("POST", "/events", event)) as EventsTold;
    return new Map(results.flatMap(({ runs }) => runs.map(({ saga, run }) => [saga, run] as const)));
  }

  async run(id: string): Promise<RunView> {
    return (await this.#send("GET", `/runs/${id}`)) as RunView;
  }

  /** Waits until a run is in a state, as a program that polls would. */
  async waitFor(id: string, state: RunView["state"]): Promise<void> {
    await expect.poll(async () => (await this.run(id)).state, { message: `run ${id}` }).toBe(state);
  }

  async waitForAttention(id: string, reason: string): Promise<void> {
    const reasons = async () => (await this.run(id)).attention.map((need) => need.reason);
    await expect.poll(reasons, { message: `run ${id}` }).toContain(reason);
  }

  /** Makes a person; answers the token of the link by which they choose a password. */
  async invite(person: { name: string; email: string; role: Role }): Promise<string> {
    const { url } = (await this.#send("POST", "/people", person)) as { url: string };
    const token = new URL(url, "http://any").searchParams.get("token");
    if (token === null) throw new Error(`The set-up link has no token: ${url}`);
    return token;
  }

  async #send(method: string, path: string, data?: unknown, headers: Record<string, string> = {}): Promise<unknown> {
    const response = await this.#request.fetch(`${root}${path}`, {
      method,
      headers: { "content-type": "application/json", ...headers },
      ...(data === undefined ? {} : { data }),
    });
    return answerOf(response, `${method} ${path}`);
  }
}

async function answerOf(response: APIResponse, what: string): Promise<unknown> {
  if (response.ok()) return response.json();
  throw new Error(`${what} answered ${response.status()}: ${await response.text()}`);
}
