/**
 * How many rows travel as one parameter each column. Ids, numbers and words from our own lists need no quoting in an
 * array literal; JSON text has no line break in it, so that many of them are one text with lines, which neither side
 * has to escape (unnest of text[] costs a third more).
 */
export function toArray(values: readonly (string | number | boolean | null)[]): string {
  return `{${values.map((value) => value ?? "null").join(",")}}`;
}

/** Null is an empty line. Values hold no line break. */
export function toLines(values: readonly (string | null)[]): string {
  return values.join("\n");
}

/** In SQL, the rows of `toLines`. */
export function lines(parameter: number): string {
  return `string_to_table($${parameter}::text, chr(10))`;
}

export function unnest(parameter: number, type: string): string {
  return `unnest($${parameter}::${type}[])`;
}
