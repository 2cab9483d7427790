/**
 * What the schema engine needs of a database connection, over Prisma's own adapter, which was made for the client:
 * 1. a script goes whole, in one transaction, as with the native engine; the adapter cuts it at every semicolon, in
 *    comments and function bodies too;
 * 2. catalogue columns of type "char" are readable;
 * 3. a shadow database is a real one beside the database, and every pool that was opened can be ended.
 */
import { randomUUID } from "node:crypto";

const oid = { char: 18, text: 25 };

/** The adapter for the database at `url`; each pool it opens is added to `opened`. */
export async function schemaEngineAdapter(url, opened) {
  const [{ PrismaPg }, { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum }] = await Promise.all([
    import("@prisma/adapter-pg"),
    import("@prisma/driver-adapter-utils"),
  ]);
  const factory = new PrismaPg({ connectionString: url });
  const connect = factory.connect.bind(factory);
  const adapt = (connection) => {
    opened.push(connection.client);
    return adapted(connection, ColumnTypeEnum.Character);
  };
  factory.connect = async () => adapt(await connect());
  factory.connectToShadowDb = async () => {
    const name = `shadow_${randomUUID().replaceAll("-", "_")}`;
    const { client } = await factory.connect();
    await client.query(`create database ${name}`);
    const shadow = new URL(url);
    shadow.pathname = `/${name}`;
    return adapt(await new PrismaPg({ connectionString: shadow.toString() }).connect());
  };
  return bindMigrationAwareSqlAdapterFactory(factory);
}

/** Ends a pool that may have been ended before. */
export async function endPool(pool) {
  if (!pool.ending) await pool.end();
}

function adapted(connection, letterType) {
  const { performIO, queryRaw } = connection;
  connection.executeScript = async (script) => {
    await connection.client.query(script);
  };
  connection.queryRaw = async (query) => {
    let letters = [];
    const reader = Object.create(connection);
    reader.performIO = async (input) => {
      const result = await performIO.call(connection, input);
      letters = result.fields.map((field) => field.dataTypeID === oid.char);
      for (const field of result.fields) if (field.dataTypeID === oid.char) field.dataTypeID = oid.text;
      return result;
    };
    const result = await queryRaw.call(reader, query);
    return { ...result, columnTypes: result.columnTypes.map((type, i) => (letters[i] ? letterType : type)) };
  };
  connection.dispose = () => endPool(connection.client);
  return connection;
}
