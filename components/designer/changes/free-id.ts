const LONGEST = 80;

/** The wished id, or the first of `wish_2`, `wish_3`… that nobody has. */
export function freeId(taken: ReadonlySet<string>, wish: string): string {
  if (!taken.has(wish)) return wish;
  const stem = wish.replace(/_\d+$/, "");
  for (let number = 2; ; number++) {
    const suffix = `_${number}`;
    const id = `${stem.slice(0, LONGEST - suffix.length)}${suffix}`;
    if (!taken.has(id)) return id;
  }
}

/** An id out of words: `Process payment` and `ProcessPayment` both become `process_payment`. */
export function idFrom(words: string): string {
  const id = words
    .normalize("NFKD")
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^[^a-z]+|_+$/g, "")
    .slice(0, LONGEST);
  return id || "step";
}
