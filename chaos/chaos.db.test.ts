import { expect, test } from "vitest";
import { freePort } from "../scripts/lib/postgres.mjs";
import { runChaos } from "./chaos";

/** `npm run chaos` in small: the same processes and faults, about a minute of them. */
test("workers killed and stopped, a crashed database and a failing participant lose, double and forget nothing", async () => {
  const said: string[] = [];
  const { figures, wrong } = await runChaos({
    seed: process.env.SEED ?? "minute 203",
    runs: 500,
    seconds: 20,
    workers: 3,
    patience: { timeout: "PT1S", concurrency: 64 },
    port: await freePort(),
    without: [],
    say: (line) => said.push(line),
  });
  expect({ wrong, said: wrong.length === 0 ? [] : said }).toEqual({ wrong: [], said: [] });
  // Nothing is proven by a run in which nothing happened; on a busy machine more of them fail, as their calls time out.
  expect(figures["runs completed"]).toBeGreaterThan(20);
  expect(figures["runs failed step_failed clean"]).toBeGreaterThan(20);
  expect(figures["attempts retried"]).toBeGreaterThan(20);
  for (const kind of ["kill", "stop", "database"]) expect(figures[`faults: ${kind}`]).toBeGreaterThan(0);
}, 240_000);
