/** What of a run is looked at: a step, or one item of a forEach. */
export type Selection = { readonly step: string; readonly item: number | null };
