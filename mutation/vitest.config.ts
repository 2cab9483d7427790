/** One mutant's tests, with its text in place of its files': nothing in the working tree changes. */
import { defineConfig, type Plugin } from "vitest/config";
import suite from "../vitest.config";
import { controls, mutants } from "./mutants";
import { mutate, root } from "./mutate";

const mutant = [...mutants, ...controls].find(({ name }) => name === process.env.MUTANT);
if (!mutant) throw new Error(`There is no mutant ${process.env.MUTANT}`);
const files = mutant.caughtBy.map(({ file }) => file);
const sources = mutate(mutant);

const inPlace: Plugin = {
  name: "mutant",
  enforce: "pre",
  load: (id) => sources.get(id) ?? null,
};

export default defineConfig({
  root,
  plugins: [inPlace],
  resolve: suite.resolve ?? {},
  test: {
    include: files,
    globalSetup: files.some((file) => file.endsWith(".db.test.ts")) ? ["server/testing/postgres-server.ts"] : [],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    bail: 1,
  },
});
