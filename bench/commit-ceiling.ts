import pg from "pg";

/** What the machine itself commits: single-row inserts per second, each a durable transaction, from some connections. */
export async function commitCeiling(url: string, connections: number, seconds: number): Promise<number> {
  const clients = await Promise.all(
    Array.from({ length: connections }, async () => {
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      return client;
    }),
  );
  await clients[0]?.query(
    "create table if not exists bench_commit (id bigserial primary key, at timestamptz not null)",
  );
  const insert = { name: "bench_commit", text: "insert into bench_commit (at) values (now())" };
  let commits = 0;
  const from = performance.now();
  const end = from + seconds * 1_000;
  await Promise.all(
    clients.map(async (client) => {
      while (performance.now() < end) {
        await client.query(insert);
        commits += 1;
      }
    }),
  );
  const took = (performance.now() - from) / 1_000;
  await Promise.all(clients.map((client) => client.end()));
  return commits / took;
}
