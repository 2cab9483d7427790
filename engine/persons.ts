/** Who is behind a run (engine.md F14): its start, its inputs, and the results that others gave it. */

/** `known` and `others` together. An empty list says that nobody knows, and what is not known of one is not known of both. */
export function personsWith(known: readonly string[], others: readonly string[]): readonly string[] {
  if (known.length === 0) return known;
  if (others.length === 0) return [];
  const added = others.filter((person) => !known.includes(person));
  return added.length === 0 ? known : [...known, ...added];
}
