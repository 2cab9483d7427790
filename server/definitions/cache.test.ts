import { expect, test } from "vitest";
import { load } from "./cache";

test("a version sends its actions, its undos and its probes, each once", () => {
  const step = { action: "Shop.Pay", compensation: "Shop.Refund", probe: "Books.FindPayment" };
  const steps = [
    { id: "pay", ...step },
    { id: "pause", kind: "wait" as const, for: "PT1S" },
    { id: "again", ...step },
  ];
  expect(load({ saga: "Order", steps }, 1).commands).toEqual([
    { service: "Shop", command: "Pay" },
    { service: "Shop", command: "Refund" },
    { service: "Books", command: "FindPayment" },
  ]);
});
