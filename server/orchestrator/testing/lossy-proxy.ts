import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import pg from "pg";

export type LossyProxy = {
  /** The database's URL through it. */
  readonly url: string;
  /**
   * From now on the answers to this prepared statement are lost, if it changed anything and `isMeant` says so of what
   * was asked and answered. `reset`: the connection breaks; `silence`: it stays, and says nothing any more.
   */
  readonly lose: (statement: string, options?: LoseOptions) => void;
  /** How many answers were lost. */
  readonly lost: () => number;
  readonly stop: () => Promise<void>;
};

type LoseOptions = {
  readonly how?: "reset" | "silence";
  /** At most so many. */
  readonly times?: number;
  readonly isMeant?: (text: string) => boolean;
};

type Loss = {
  readonly statement: string;
  readonly how: "reset" | "silence";
  left: number;
  isMeant(text: string): boolean;
};

/** "Ready for query", outside a transaction: what was asked is committed. */
const ready = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);
const didSomething = /(SELECT|UPDATE|DELETE|INSERT 0) [1-9]/;

/** Stands between a worker and its database, and can lose the server's answer to a statement that is committed. */
export async function startLossyProxy(databaseUrl: string): Promise<LossyProxy> {
  const { host, port, user, password, database } = new pg.Client(databaseUrl);
  const sockets = new Set<Socket>();
  let loss: Loss | null = null;
  let lost = 0;
  const server = createServer((client) => {
    const upstream = host.startsWith("/") ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host);
    let asked = "";
    let held: Buffer[] = [];
    let isSilent = false;
    const end = () => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on("error", end);
      socket.on("close", end);
    }
    client.on("data", (chunk) => {
      if (loss) asked += chunk.toString("latin1");
      upstream.write(chunk);
    });
    upstream.on("data", (chunk) => {
      if (isSilent) return;
      held.push(chunk);
      const isAwaited = loss !== null && asked.includes(`\0${loss.statement}\0`);
      const answer = Buffer.concat(held);
      const isWhole = answer.subarray(-ready.length).equals(ready);
      if (isAwaited && !isWhole) return;
      const text = asked + answer.toString("latin1");
      asked = "";
      held = [];
      if (!loss || !isAwaited || !didSomething.test(answer.toString("latin1")) || !loss.isMeant(text)) {
        client.write(answer);
        return;
      }
      lost += 1;
      loss.left -= 1;
      if (loss.how === "silence") isSilent = true;
      else end();
      if (loss.left === 0) loss = null;
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const here = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `postgresql://${user}:${password}@${here}/${database}`,
    lose: (statement, { how = "reset", times = 1, isMeant = () => true } = {}) => {
      lost = 0;
      loss = { statement, how, left: times, isMeant };
    },
    lost: () => lost,
    stop: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
