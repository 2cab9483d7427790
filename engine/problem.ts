/** What is wrong with a definition or an input: a stable code, where it is, and a sentence that says what was expected. */
export type Problem = {
  readonly code: string;
  readonly severity: "error" | "warning";
  /** JSON Pointer into the document, e.g. `/steps/2/compensation/input/amount`. */
  readonly path: string;
  /** The step concerned, so that the canvas can point at it. */
  readonly step?: string;
  readonly message: string;
};

export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly Problem[] };
