import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { getRequestListener } from "@hono/node-server";
import type { Env } from "./env";
import type { Pages } from "./pages";
import { stopBudget } from "./stop";

type Options = {
  readonly api: (request: Request) => Response | Promise<Response>;
  /** Null: this process shows none. */
  readonly pages: Pages | null;
};

const apiPath = /^\/(api(\/|$|\?)|schema\/|(healthz|readyz|metrics)(\?|$))/;

/** One server for everything: API paths go to the API, the rest to the pages, upgrades to nobody unless somebody asks. */
export function createHttpServer({ api, pages }: Options): Server {
  const toApi = getRequestListener(api, { overrideGlobalObjects: false });
  return createServer(
    { headersTimeout: 15_000, requestTimeout: 30_000, keepAliveTimeout: 20_000, maxHeaderSize: 16 * 1024 },
    (request: IncomingMessage, response: ServerResponse) => {
      if (apiPath.test(request.url ?? "")) void toApi(request, response);
      else if (pages) pages.handle(request, response);
      else response.writeHead(404).end();
    },
  );
}

export type Listening = { readonly port: number; readonly stop: () => Promise<void> };

/** Listens; rejects with one clear line when it cannot. `stop` lets answers under way go out, for up to 5 s. */
export async function listen(server: Server, { port, host }: Pick<Env, "port" | "host">): Promise<Listening> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeIdleConnections();
      setTimeout(() => server.closeAllConnections(), stopBudget.answers).unref();
    });
  return { port: (server.address() as AddressInfo).port, stop };
}

type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** Only `/socket.io/` may upgrade, and in development the pages' own reloading; everything else is cut off. */
export function routeUpgrades(
  server: Server,
  routes: { readonly sockets: Upgrade; readonly reloading: Upgrade | null },
): void {
  server.on("upgrade", (request, socket, head) => {
    socket.on("error", () => socket.destroy());
    if (request.url?.startsWith("/socket.io/")) routes.sockets(request, socket, head);
    else if (routes.reloading && request.url?.startsWith("/_next/")) routes.reloading(request, socket, head);
    else socket.destroy();
  });
}
