import { expect, test } from "vitest";
import type { RunSummary } from "@/contract/runs";
import { groupFailures } from "./failure-groups";

const failed = (step: string, code: string, startedAt: string) =>
  ({ saga: "Order", startedAt, error: { step, code, message: "" } }) as RunSummary;

test("failures are ranked by how often, with the newest of each", () => {
  const groups = groupFailures([
    failed("pay", "card_declined", "2026-03-03"),
    failed("ship", "timeout", "2026-03-02"),
    failed("pay", "card_declined", "2026-03-01"),
    { saga: "Order", startedAt: "2026-02-01", error: null } as RunSummary,
  ]);
  expect(groups.map(({ step, count, lastAt }) => [step, count, lastAt])).toEqual([
    ["pay", 2, "2026-03-03"],
    ["ship", 1, "2026-03-02"],
  ]);
});
