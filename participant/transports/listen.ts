import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Participant, Running } from "../participant";
import type { HttpAnswer } from "./answer-http";

/** `port` 0: any free one. `host` "0.0.0.0": reachable from other machines. */
export type ListenOptions = { readonly port: number; readonly host?: string };

const largestBody = 1024 * 1024;

export async function listen<Tx>(
  participant: Participant<Tx>,
  { port, host = "127.0.0.1" }: ListenOptions,
): Promise<Running & { readonly url: string }> {
  const server = createServer((request, response) => {
    void answer(participant, request, response).catch((error: unknown) => {
      participant.onError(error);
      response.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  const office = participant.open();
  const { address, port: taken } = server.address() as AddressInfo;
  let stopped: Promise<void> | null = null;
  const stop = () => {
    stopped ??= close(server).then(() => office.stop());
    return stopped;
  };
  return { url: `http://${address.includes(":") ? `[${address}]` : address}:${taken}`, stop };
}

async function answer<Tx>(
  participant: Participant<Tx>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== "POST") return write(response, { status: 405, headers: { allow: "POST" }, body: null });
  const body = await read(request);
  if (body === null) return write(response, { status: 413, headers: { connection: "close" }, body: null });
  const command = new URL(request.url ?? "/", "http://here").pathname.split("/").at(-1) ?? "";
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(",") : value]),
  );
  const told = await participant.answer({ command, headers, body });
  // Nothing is said, and the line is held until the caller gives up.
  if (told !== null) write(response, told);
}

function write(response: ServerResponse, { status, headers, body }: HttpAnswer): void {
  response.writeHead(status, headers).end(body ?? undefined);
}

/** Null: it is longer than anybody's input may be. */
async function read(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > largestBody) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** Calls under way are answered; connections that only wait for the next one are closed. */
function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), graceMs).unref();
  });
}

const graceMs = 5_000;
