/** A mutant: the source with one safeguard switched off by a few words, and the tests that must then fail. */
export type Mutant = {
  readonly name: string;
  /** What no longer holds. */
  readonly safeguard: string;
  readonly edits: readonly Edit[];
  readonly caughtBy: readonly CaughtBy[];
};

/** The text stands in the file exactly once, and is replaced by the other. */
export type Edit = readonly [file: string, text: string, replacement: string];

/** A test file of which at least one test fails; of those whose names contain `only`, if that is given. */
export type CaughtBy = { readonly file: string; readonly only?: string };
