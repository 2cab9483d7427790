import { fileURLToPath } from "node:url";
import { configDefaults, defineConfig } from "vitest/config";

const alias = { "@": fileURLToPath(new URL(".", import.meta.url)).replace(/\/$/, "") };
/** Tests whose broker is not on this machine (`scripts/lib/brokers.mjs`). */
const leftOut = (process.env.TESTS_LEFT_OUT ?? "").split(",").filter((files) => files !== "");
const exclude = [...configDefaults.exclude, ".next/**", "dist/**", ".data/**", "e2e/**", ...leftOut];

export default defineConfig({
  resolve: { alias },
  test: {
    // No file leaves anything behind for the next, and the modules of a worker are read once.
    isolate: false,
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["**/*.test.ts", "**/*.test.tsx"],
          exclude: [...exclude, "**/*.db.test.ts"],
          maxWorkers: 2,
        },
      },
      {
        extends: true,
        test: {
          name: "db",
          include: ["**/*.db.test.ts"],
          exclude,
          globalSetup: ["server/testing/postgres-server.ts"],
          testTimeout: 30_000,
          hookTimeout: 60_000,
          // A machine may be busy: a second is too short for what takes milliseconds on a quiet one.
          expect: { poll: { timeout: 10_000 } },
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
