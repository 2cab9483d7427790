/** Limits of the engine, in one place. */
export const limits = {
  /** Decisions in one run's log; a run that would pass this is held, never lost. */
  decisions: 25_000,
} as const;
