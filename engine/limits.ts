/** Limits of the engine, in one place. */
export const limits = {
  /** Decisions in one run's log; a run that would pass this is held, never lost. */
  decisions: 25_000,
  /** Items of one forEach. */
  items: 1_000,
  /** Signals that a run keeps until a step takes them. */
  signalsKept: 1_000,
  /** Sagas within sagas. */
  childDepth: 10,
  /** Milliseconds: the longest wait, 400 days, so that a year fits and a typo of a century does not. */
  longestWait: 400 * 86_400_000,
} as const;
