/**
 * Adversarial histories: nothing that anybody may say, true or not, breaks an invariant. What an honest world makes of the
 * same engine: simulation/simulation.test.ts.
 */
import { expect, it } from "vitest";
import { harass } from "./simulation/harass";

it("keeps the invariants whatever anybody says to runs of any kind", () => {
  let decisions = 0;
  for (let seed = 1; seed <= 500; seed++) decisions += harass(seed);
  expect(decisions).toBeGreaterThan(10_000);
}, 120_000);
