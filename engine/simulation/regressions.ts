/**
 * Seeds in which something went wrong once; they are told anew in every test. What they found has a test by name, here and
 * in regressions.test.ts, so that a change of what a seed stands for loses nothing.
 */
export const worlds: readonly number[] = [213283];

/** And those of adversarial histories. */
export const quarrels: readonly number[] = [100477, 200311, 207796];
