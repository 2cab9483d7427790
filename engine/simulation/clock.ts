/** Where virtual time begins. */
export const startOfTime = Date.UTC(2026, 0, 1);
