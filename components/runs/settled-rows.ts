import type { RunSummary } from "@/contract/runs";

/** Which rows are on the table: what was there when the list was opened, what scrolling brought, what the person let in. */
export type Settled = ReadonlySet<string>;

/**
 * The rows to show and how many wait. Rows that appear among or above the shown ones wait to be let in, so that nothing
 * moves under the cursor; what comes after the last shown row was scrolled for and settles by itself.
 */
export function settle(
  items: readonly RunSummary[],
  settled: Settled,
): { rows: RunSummary[]; settled: Settled; waiting: number } {
  if (items.length === 0) return { rows: [], settled, waiting: 0 };
  if (settled.size === 0) return { rows: [...items], settled: new Set(items.map((run) => run.id)), waiting: 0 };
  const last = items.findLastIndex((run) => settled.has(run.id));
  const next = new Set(settled);
  const rows = items.filter((run, index) => {
    if (index > last) next.add(run.id);
    return next.has(run.id);
  });
  return { rows, settled: next.size === settled.size ? settled : next, waiting: items.length - rows.length };
}
