/**
 * What an evaluation may cost, counted in steps so that it is the same on every machine: CEL always ends, but nested
 * comprehensions over a large input end after hours. Evaluation is synchronous, so one counter serves all.
 */
const limit = 200_000;
/** Of everything that one decision evaluates, so that many dear expressions in one saga cannot hold up all the others. */
const sharedLimit = 2_000_000;
let spent = 0;
let sharedSpent: number | null = null;

export class BudgetSpent extends Error {}

export function resetBudget(): void {
  spent = 0;
}

/** Everything that `work` evaluates draws on one budget besides each expression's own. */
export function sharingBudget<T>(work: () => T): T {
  const outer = sharedSpent;
  sharedSpent ??= 0;
  try {
    return work();
  } finally {
    sharedSpent = outer;
  }
}

export function charge(cost: number): void {
  spent += cost;
  if (sharedSpent !== null) {
    sharedSpent += cost;
    if (sharedSpent > sharedLimit) throw new BudgetSpent(`comes after ${sharedLimit} steps spent on this decision`);
  }
  if (spent > limit) throw new BudgetSpent(`costs more than ${limit} evaluation steps`);
}

/** Throws when an earlier charge was refused but the expression went on, as `a || b` does after a failure of `a`. */
export function assertBudget(): void {
  charge(0);
}

/** A share of the work that reading a value takes: an element costs one, and so do 64 characters. */
export function sizeOf(value: unknown): number {
  if (typeof value === "string") return value.length >> 6;
  if (Array.isArray(value)) return value.every((item) => typeof item !== "string") ? value.length : textSize(value);
  return 1;
}

function textSize(values: readonly unknown[]): number {
  let size = values.length;
  for (const value of values) if (typeof value === "string") size += value.length >> 6;
  return size;
}
