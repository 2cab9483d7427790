/**
 * Commands over HTTP. A call ends when its signal says so, whatever the other side does; a reply longer than 1 MB is not
 * read to its end; no redirect is followed; only allowed addresses are connected to.
 *
 * It speaks undici's dispatch interface: the request API's streams and promises cost half of what a small call costs.
 */
import { type Dispatcher, Pool } from "undici";
import type { InvokeCommand, Outcome } from "@/engine";
import { limits } from "@/engine/limits";
import type { ServiceRegistration } from "../services";
import { guardedConnector } from "./connector";
import { toOutcome } from "./outcome";
import { type HttpRequest, toRequest } from "./request";
import type { Transport } from "./transport";

type Target = { readonly service: ServiceRegistration; readonly pool: Pool; readonly base: string };

export class HttpTransport implements Transport {
  readonly #targets = new Map<string, Target>();

  call(command: InvokeCommand, service: ServiceRegistration, signal: AbortSignal): Promise<Outcome | "accepted"> {
    try {
      const { pool, base } = this.#target(service);
      return send(pool, toRequest(command, service, base, Date.now()), signal);
    } catch (error) {
      return Promise.resolve(badRequest(error));
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#targets.values()].map(({ pool }) => pool.destroy()));
  }

  /** Services keeps an unchanged registration the same object, so that identity tells a change. */
  #target(service: ServiceRegistration): Target {
    const known = this.#targets.get(service.name);
    if (known?.service === service) return known;
    const { transport } = service;
    if (transport.kind !== "http") throw new Error(`${service.name} is not called over HTTP`);
    const url = new URL(transport.url);
    const pool = new Pool(url.origin, {
      connections: service.concurrency,
      pipelining: 1,
      connect: guardedConnector(transport.allowPrivateNetwork),
      // The call's own deadline is the only clock.
      headersTimeout: 0,
      bodyTimeout: 0,
      maxHeaderSize: 16_384,
    });
    const target = { service, pool, base: url.pathname.replace(/\/+$/, "") };
    this.#targets.set(service.name, target);
    // Calls under way on the old connections may end.
    void known?.pool.close();
    return target;
  }
}

function send(pool: Pool, request: HttpRequest, signal: AbortSignal): Promise<Outcome | "accepted"> {
  return new Promise((resolve) => {
    const exchange = new Exchange(signal, resolve);
    const { method, path, headers, body } = request;
    pool.dispatch({ method: method as Dispatcher.HttpMethod, path, headers, body, idempotent: false }, exchange);
  });
}

class Exchange implements Dispatcher.DispatchHandler {
  readonly #signal: AbortSignal;
  readonly #resolve: (outcome: Outcome | "accepted") => void;
  readonly #abort = () => this.#stop();
  #controller: Dispatcher.DispatchController | null = null;
  #isDone = false;
  #status = 0;
  #retryAfter: string | undefined;
  #contentType: string | undefined;
  #chunks: Buffer[] = [];
  #length = 0;

  constructor(signal: AbortSignal, resolve: (outcome: Outcome | "accepted") => void) {
    this.#signal = signal;
    this.#resolve = resolve;
    signal.addEventListener("abort", this.#abort, { once: true });
  }

  /** From here on bytes may have left: before, nothing happened for certain. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#isDone) controller.abort(new Error("The call was over before it was sent"));
  }

  onResponseStart(
    _: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (status < 200) return;
    this.#status = status;
    this.#retryAfter = one(headers["retry-after"]);
    this.#contentType = one(headers["content-type"]);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#length += chunk.length;
    if (this.#length <= limits.largestBody) this.#chunks.push(chunk);
    else {
      this.#reply(null);
      controller.abort(new Error("The reply is too long"));
    }
  }

  onResponseEnd(): void {
    const [first] = this.#chunks;
    this.#reply(this.#chunks.length === 1 && first ? first : Buffer.concat(this.#chunks));
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#done(this.#controller === null ? notSent(error) : lost(error));
  }

  /** The deadline, or nobody waits any more. */
  #stop(): void {
    const error = new Error("No reply in time");
    this.#done(this.#controller === null ? notSent(error) : timedOut);
    this.#controller?.abort(error);
  }

  #reply(body: Buffer | null): void {
    const { status, retryAfter, contentType } = {
      status: this.#status,
      retryAfter: this.#retryAfter,
      contentType: this.#contentType,
    };
    this.#done(toOutcome({ status, retryAfter, contentType, body }, Date.now()));
  }

  #done(outcome: Outcome | "accepted"): void {
    if (this.#isDone) return;
    this.#isDone = true;
    this.#signal.removeEventListener("abort", this.#abort);
    this.#resolve(outcome);
  }
}

function one(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}

/** No connection: nothing happened, and it may be tried again. */
function notSent(error: Error): Outcome {
  return {
    kind: "retryable",
    error: { code: codeOf(error, "not_connected"), message: error.message },
    whenSpent: "none",
  };
}

function lost(error: Error): Outcome {
  return { kind: "unknown", error: { code: codeOf(error, "connection_lost"), message: error.message } };
}

const timedOut: Outcome = {
  kind: "unknown",
  error: { code: "timeout", message: "No reply before the attempt's time-out" },
};

/** It cannot even be said: an address that does not parse, a path or header that HTTP cannot carry. */
function badRequest(error: unknown): Outcome {
  const message = error instanceof Error ? error.message : String(error);
  return { kind: "terminal", error: { code: "bad_request", message: `The call cannot be made: ${message}` } };
}

function codeOf(error: Error, otherwise: string): string {
  const { code } = error as { code?: unknown };
  return typeof code === "string" ? code.toLowerCase() : otherwise;
}
