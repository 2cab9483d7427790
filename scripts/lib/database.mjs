import { join } from "node:path";
import { Failure } from "./failure.mjs";
import { startPostgres } from "./postgres.mjs";

const name = "saga_studio";

/** Full durability; sized for a laptop. */
const settings = {
  max_connections: 200,
  shared_buffers: "256MB",
  max_wal_size: "2GB",
  random_page_cost: 1.1,
  jit: "off",
};

/** Starts the embedded PostgreSQL in the data folder and makes our database in it. */
export async function startEmbedded(dataDir) {
  const server = await startPostgres({ dir: join(dataDir, "postgres"), settings });
  try {
    await asAdmin(server.url("postgres"), async (client) => {
      const { rowCount } = await client.query("select from pg_database where datname = $1", [name]);
      if (rowCount === 0) await client.query(`create database ${name}`);
    });
  } catch (error) {
    await server.stop();
    throw error;
  }
  return { ...server, databaseUrl: server.url(name) };
}

/** Ends with one clear line, without the password, when the database at `url` does not answer. */
export async function requireDatabase(url) {
  try {
    await asAdmin(url, (client) => client.query("select 1"));
  } catch (error) {
    throw new Failure(
      `The database at ${placeOf(url)} cannot be reached: ${error.message || error.code}. Check DATABASE_URL.`,
    );
  }
}

async function asAdmin(connectionString, work) {
  const { default: pg } = await import("pg");
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 5000 });
  client.on("error", () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function placeOf(url) {
  try {
    const { host, pathname } = new URL(url);
    return `${host}${pathname}`;
  } catch {
    return "DATABASE_URL (which is no address)";
  }
}
