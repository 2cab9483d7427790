/** Grows when a run's state gets another shape: snapshots of an older one are passed over, and the log is folded whole. */
export const snapshotShape = 4;
