import { isEnded, isWaiting, nextWake, type RunState, type Saga } from "@/engine";
import { attentionOf, errorOf } from "./attention-row";
import type { OwnedRun } from "./owned-run";
import type { RunRow } from "./sql/flush";

/** What the list of runs shows: written when one of these changes, not at each step. */
export function isRowChanged(before: RunState, after: RunState): boolean {
  return (
    before.state !== after.state ||
    before.attention !== after.attention ||
    before.paused !== after.paused ||
    before.cause !== after.cause ||
    before.rollback !== after.rollback ||
    before.error !== after.error ||
    before.residue !== after.residue
  );
}

/** The run's row as its state says; put down, it says when somebody must look at it. */
export function toRunRow(run: OwnedRun, owned: boolean, now: number): RunRow {
  const { state } = run;
  return {
    id: run.id,
    state: state.state,
    cause: state.cause,
    rollback: state.rollback,
    residue: JSON.stringify(state.residue),
    attention: attentionOf(run.saga, state),
    approvals: run.approvals,
    paused: state.paused,
    error: errorOf(run.saga, state),
    stepNow: run.stepNow,
    seq: state.seq,
    owned,
    wakeAt: owned ? null : wakeOf(state, now),
    endedAt: state.endedAt,
    holdsKey: holdsKey(run.saga, state),
  };
}

/** What a person is asked to approve: `[{ step, generation, since, dueAt }]`, times in ISO 8601. */
export function approvalsOf(saga: Saga, state: RunState): string {
  const steps = approvalStepsOf(saga);
  if (steps.length === 0) return "[]";
  const open = steps.flatMap((index) => {
    const s = state.steps[index];
    if (!s?.waiting) return [];
    const { since, dueAt } = s.waiting;
    return [
      { step: s.id, generation: s.action.generation, since: iso(since), dueAt: dueAt === null ? null : iso(dueAt) },
    ];
  });
  return JSON.stringify(open);
}

const approvalSteps = new WeakMap<Saga, readonly number[]>();

/** Most sagas have none, and every decision asks. */
function approvalStepsOf(saga: Saga): readonly number[] {
  const known = approvalSteps.get(saga) ?? saga.steps.flatMap((spec, i) => (spec.kind === "approval" ? [i] : []));
  approvalSteps.set(saga, known);
  return known;
}

function iso(at: number): string {
  return new Date(at).toISOString();
}

/** A unique business key is claimed by live runs only, and not by an ended run that is unwound later (U6). */
export function holdsKey(saga: Saga, state: RunState): boolean {
  return saga.businessKeyUnique && !isEnded(state) && !state.unwind?.afterEnd;
}

/** An open attempt loses the worker that waits for its reply: the next owner must see to it at once. */
function wakeOf(state: RunState, now: number): number | null {
  return isEnded(state) || isWaiting(state) ? nextWake(state) : now;
}
