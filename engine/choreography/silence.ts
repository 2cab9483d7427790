import type { ChoreographyState } from "../run/state";

/** A run that has heard nothing yet. */
export const silence: ChoreographyState = { heard: [], fired: [], last: {}, end: null };
