import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { CloudEvent } from "../events";

type Received = { readonly path: string; readonly headers: IncomingHttpHeaders; readonly body: string };

/** Takes replies and events over HTTP as the studio would, or refuses them. */
export class LetterBox {
  readonly received: Received[] = [];
  /** What it answers from now on. */
  status = 202;
  said = "{}";
  readonly #server = createServer(async (request, response) => {
    this.received.push({ path: request.url ?? "", headers: request.headers, body: await text(request) });
    response.writeHead(this.status, { "content-type": "application/json" }).end(this.said);
  });

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** What came, oldest first. */
  get events(): readonly CloudEvent[] {
    return this.received.map(({ body }) => JSON.parse(body) as CloudEvent);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
