/**
 * Prisma's schema engine as WebAssembly: migrations without a binary from the network.
 * It keeps the same `_prisma_migrations` table as `prisma migrate deploy`.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { inRoot } from "./paths.mjs";
import { endPool, schemaEngineAdapter } from "./schema-engine-adapter.mjs";

export const noFilter = { externalTables: [], externalEnums: [] };

/** Opens an engine on the database at `url`; `work` gets it, and it is freed afterwards. */
export async function withSchemaEngine(url, work) {
  const bindings = await import("@prisma/schema-engine-wasm/schema_engine_bg");
  instantiate(bindings);
  const opened = [];
  const adapter = await schemaEngineAdapter(url, opened);
  const engine = await bindings.SchemaEngine.new(
    { datamodels: [["schema.prisma", engineSchema()]] },
    () => {},
    adapter,
  );
  try {
    return await work(engine);
  } finally {
    engine.free();
    // The engine leaves its connections open, and their pool would keep the process alive for ten seconds.
    await Promise.all(opened.map(endPool));
  }
}

let instantiated = false;

function instantiate(bindings) {
  if (instantiated) return;
  const folder = createRequire(import.meta.url).resolve("@prisma/schema-engine-wasm/schema_engine_bg");
  const module = new WebAssembly.Module(readFileSync(folder.replace(/\.js$/, ".wasm")));
  const { exports } = new WebAssembly.Instance(module, { "./schema_engine_bg.js": withIdleTimers(bindings) });
  bindings.__wbg_set_wasm(exports);
  exports.__wbindgen_start();
  instantiated = true;
}

/** The engine leaves a ten-second timer behind, which must not keep the process alive. */
function withIdleTimers(bindings) {
  const name = Object.keys(bindings).find((key) => key.startsWith("__wbg_setTimeout_"));
  return name ? { ...bindings, [name]: (callback, ms) => setTimeout(callback, ms).unref() } : bindings;
}

/** The schema without its generator blocks, which the engine cannot run. */
export function engineSchema(file = inRoot("prisma/schema.prisma")) {
  return readFileSync(file, "utf8").replace(/^generator\s+\w+\s*\{[^}]*\}/gm, "");
}

/** The migrations folder in the engine's own shape. */
export function migrationsList(folder = inRoot("prisma/migrations")) {
  const read = (file) => (existsSync(file) ? readFileSync(file, "utf8") : null);
  const names = existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => entry.name)
        .sort()
    : [];
  return {
    baseDir: folder,
    lockfile: { path: "migration_lock.toml", content: read(join(folder, "migration_lock.toml")) },
    shadowDbInitScript: "",
    migrationDirectories: names.map((path) => ({
      path,
      migrationFile: {
        path: "migration.sql",
        content: { tag: "ok", value: read(join(folder, path, "migration.sql")) ?? "" },
      },
    })),
  };
}
