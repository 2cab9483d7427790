import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type ParticipantCall = {
  readonly path: string;
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly at: number;
};

type Answer = (call: ParticipantCall, response: ServerResponse, request: IncomingMessage) => void;

export type Participant = {
  readonly url: string;
  readonly calls: ParticipantCall[];
  /** The commands called, in order. */
  readonly commands: () => readonly string[];
  /** From now on, how `path` is answered. */
  readonly answer: (path: string, answer: Answer) => void;
  readonly stop: () => Promise<void>;
};

export function json(status: number, value: unknown, headers: Record<string, string> = {}): Answer {
  return (_, response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(JSON.stringify(value));
  };
}

/** A real HTTP service that answers `{ ok: true }` to whatever it was not told about. */
export async function startParticipant(): Promise<Participant> {
  const calls: ParticipantCall[] = [];
  const answers = new Map<string, Answer>();
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { url: path = "", method = "", headers } = request;
    const call = { path, method, headers, body: Buffer.concat(chunks).toString(), at: Date.now() };
    calls.push(call);
    (answers.get(path) ?? json(200, { ok: true }))(call, response, request);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    commands: () => calls.map((call) => call.path.slice(1)),
    answer: (path, answer) => answers.set(path, answer),
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
