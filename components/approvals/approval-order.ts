import type { ApprovalView } from "@/contract/messages";

/** The most urgent first: what is due first; then, without a due time, who has waited longest. */
export function byUrgency(approvals: readonly ApprovalView[]): readonly ApprovalView[] {
  return approvals.toSorted(
    (a, b) => timeOf(a.dueAt) - timeOf(b.dueAt) || timeOf(a.requestedAt) - timeOf(b.requestedAt) || compare(a.id, b.id),
  );
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
/** What is never due comes after every date that there is. */
const timeOf = (at: string | null) => (at === null ? 8.64e15 : Date.parse(at));
