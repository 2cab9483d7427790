/** Where the participant brings replies that come later: a real HTTP door to a server that has no worker of its own. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Orchestrator, ReplyRequest } from "@/server/orchestrator/orchestrator";

export class PostOffice {
  readonly #server: Server;
  /** Acknowledged replies, by their key: none of them may be lost. */
  readonly accepted = new Set<string>();
  repeated = 0;

  constructor(door: () => Orchestrator | null) {
    this.#server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const reply = JSON.parse(Buffer.concat(chunks).toString()) as ReplyRequest;
      const answers = await door()
        ?.reply([reply])
        .catch(() => null);
      const kind = answers?.[0]?.kind;
      if (kind === "accepted") this.accepted.add(reply.event);
      if (kind === "duplicate") this.repeated += 1;
      response.writeHead(kind ? 202 : 503).end(kind ?? "");
    });
  }

  open(): Promise<string> {
    return new Promise((resolve) => {
      this.#server.listen(0, "127.0.0.1", () => {
        resolve(`http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`);
      });
    });
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
