import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** Stands between a client and its server; while deaf, what is asked gets there and no answer comes back. */
export type DeafProxy = {
  readonly port: number;
  readonly deafen: () => void;
  /** Breaks all connections; new ones hear again. */
  readonly cut: () => void;
  readonly stop: () => Promise<void>;
};

/** `to`: a port of this machine, or the path of a socket. */
export async function startDeafProxy(to: number | string): Promise<DeafProxy> {
  const sockets = new Set<Socket>();
  let isDeaf = false;
  const server = createServer((client) => {
    const upstream = typeof to === "number" ? connect(to, "127.0.0.1") : connect(to);
    const end = () => {
      for (const socket of [client, upstream]) {
        socket.destroy();
        sockets.delete(socket);
      }
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", end);
      socket.on("close", end);
    }
    client.on("data", (chunk) => upstream.write(chunk));
    upstream.on("data", (chunk) => {
      if (!isDeaf) client.write(chunk);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const cut = () => {
    isDeaf = false;
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    deafen: () => {
      isDeaf = true;
    },
    cut,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        cut();
      }),
  };
}
