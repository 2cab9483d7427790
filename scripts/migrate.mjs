/** Applies prisma/migrations to the database at DATABASE_URL, as `prisma migrate deploy` does, without the network. */
import { pathToFileURL } from "node:url";
import { Failure } from "./lib/failure.mjs";
import { migrationsList, noFilter, withSchemaEngine } from "./lib/schema-engine.mjs";

/** Applies what is missing and answers the names of the migrations that were. */
export async function migrate(url) {
  try {
    return await withSchemaEngine(url, async (engine) => {
      const { appliedMigrationNames } = await engine.applyMigrations({
        migrationsList: migrationsList(),
        filters: noFilter,
      });
      return appliedMigrationNames;
    });
  } catch (cause) {
    throw new Failure(`The database could not be migrated: ${cause.message}`, { cause });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const url = process.env.DATABASE_URL;
  if (!url) {
    console.error("Set DATABASE_URL to the database to migrate.");
    process.exit(1);
  }
  const applied = await migrate(url).catch((error) => {
    console.error(error.message);
    process.exit(1);
  });
  console.log(applied.length === 0 ? "Nothing to migrate." : `Applied ${applied.join(", ")}.`);
}
