import type { InvokeCommand, RunState, Saga, StartChild } from "@/engine";
import { approvalsOf } from "./run-row";
import type { DeliveryRow, EventRow, MessageRow } from "./sql/flush";
import type { Timed } from "./timer-heap";

/** What is done once the intent is committed. */
export type Performed = InvokeCommand | StartChild;

/** What of a run is decided and not yet on its way to the database. */
export type Pending = {
  readonly events: EventRow[];
  readonly inbox: string[];
  /** Words to other runs, durable with the decision that they follow from. */
  readonly messages: MessageRow[];
  /** Events for subscriptions, durable likewise. */
  readonly deliveries: DeliveryRow[];
  readonly commands: Performed[];
  writeRow: boolean;
};

/** A run in memory. `state` runs ahead of the log by `pending` and by what is in flight. */
export type OwnedRun = Timed & {
  readonly id: string;
  readonly saga: Saga;
  state: RunState;
  pending: Pending | null;
  /** It stands in the writer's line. */
  queued: boolean;
  /** Its flush is under way: no other may carry it. */
  inFlight: boolean;
  /** A flush that puts it down is under way: it takes no more events. */
  releasing: boolean;
  /** It is to be put down with its next flush. */
  putDown: boolean;
  /** Something is being asked of the database for it, e.g. its business key: no event may pass. */
  busy: boolean;
  /** Calls handed to dispatch and not answered. */
  openCalls: number;
  snapshotSeq: number;
  stepNow: string | null;
  /** The approvals that somebody is asked for, as the run's row has them. */
  approvals: string;
  /** Set when deciding threw, which is a bug: the run rests until then (monotonic ms), and is then read anew. */
  brokenUntil: number | null;
  /** Monotonic milliseconds. */
  touchedAt: number;
};

export function ownedRun(saga: Saga, state: RunState, snapshotSeq: number): OwnedRun {
  return {
    id: state.id,
    saga,
    state,
    pending: null,
    queued: false,
    inFlight: false,
    releasing: false,
    putDown: false,
    busy: false,
    openCalls: 0,
    snapshotSeq,
    stepNow: null,
    approvals: approvalsOf(saga, state),
    brokenUntil: null,
    touchedAt: performance.now(),
    timerAt: 0,
    timerIndex: -1,
  };
}

export function pendingOf(run: OwnedRun): Pending {
  run.pending ??= { events: [], inbox: [], messages: [], deliveries: [], commands: [], writeRow: false };
  return run.pending;
}
