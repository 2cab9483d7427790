import type { RunSummary } from "@/contract/runs";

type Rows = readonly RunSummary[];

/**
 * The rows to show, given those shown so far, and how many wait. Shown rows keep their place, with what is newest of them,
 * even when they no longer match. Runs that appear among or above them wait to be let in, so that nothing moves under the
 * cursor; what comes after the last shown one was scrolled for and joins by itself.
 */
export function settle(items: Rows, shown: Rows): { rows: Rows; waiting: number } {
  if (shown.length === 0) return { rows: items, waiting: 0 };
  const fresh = new Map(items.map((run) => [run.id, run]));
  const known = new Set(shown.map((run) => run.id));
  const last = items.findLastIndex((run) => known.has(run.id));
  const next = last < 0 ? [] : items.slice(last + 1);
  const rows = [...shown.map((run) => fresh.get(run.id) ?? run), ...next];
  const waiting = items.filter((run, index) => index < (last < 0 ? items.length : last) && !known.has(run.id)).length;
  return { rows: same(rows, shown) ? shown : rows, waiting };
}

const same = (a: Rows, b: Rows) => a.length === b.length && a.every((run, index) => run === b[index]);
