import { describe, expect, test } from "vitest";
import type { RunSummary } from "@/contract/runs";
import { patchPages } from "./run-cache";

const run = (id: string, more: Partial<RunSummary> = {}) =>
  ({
    id,
    saga: "Order",
    state: "pending",
    attention: [],
    businessKey: null,
    error: null,
    seq: 1,
    ...more,
  }) as RunSummary;
const pages = (items: RunSummary[], next: string | null = null) => ({
  pages: [{ items, next }],
  pageParams: [undefined],
});
const shown = (data: ReturnType<typeof patchPages>) =>
  data.pages.flatMap((page) => page.items).map((row) => `${row.id}:${row.state}`);

describe("patchPages", () => {
  test("a moved run changes in its place", () => {
    const next = patchPages(pages([run("b"), run("a")]), [run("a", { state: "completed", seq: 4 })], {});
    expect(shown(next)).toEqual(["b:pending", "a:completed"]);
  });

  test("a message that is older than the row is ignored", () => {
    const next = patchPages(pages([run("a", { state: "completed", seq: 9 })]), [run("a", { seq: 4 })], {});
    expect(shown(next)).toEqual(["a:completed"]);
  });

  test("a run that leaves the filter stays until the list is asked anew", () => {
    const next = patchPages(pages([run("a")]), [run("a", { state: "completed", seq: 2 })], { states: ["pending"] });
    expect(shown(next)).toEqual(["a:completed"]);
  });

  test("a new run goes to the top when it matches, and nowhere when it does not", () => {
    const next = patchPages(pages([run("a")]), [run("c"), run("b", { saga: "Trip" })], { saga: "Order" });
    expect(shown(next)).toEqual(["c:pending", "a:pending"]);
  });

  test("a run older than all that is loaded waits for its page", () => {
    expect(shown(patchPages(pages([run("c")], "more"), [run("a")], {}))).toEqual(["c:pending"]);
  });

  test("a new need goes to the end of the attention list", () => {
    const need = [{ reason: "step_held", step: "pay", since: "2026-01-01T00:00:00Z" }];
    const next = patchPages(pages([run("a", { attention: need })]), [run("b", { attention: need })], {
      attention: true,
    });
    expect(shown(next)).toEqual(["a:pending", "b:pending"]);
  });
});
