/** Seeds in which something went wrong once: they stay, and are told anew in every test. What they found has a test of its own. */
export const worlds: readonly number[] = [
  27, 56, 75, 141, 168, 429, 577, 613, 992, 1188, 2391, 2607, 2710, 4893, 5526, 6730, 8176, 18914, 32675,
];

/** And those of adversarial histories. */
export const quarrels: readonly number[] = [133, 348, 548, 955, 1491, 2787];
