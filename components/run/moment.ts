import type { SagaDocument } from "@/engine/definition/document";
import type { Saga } from "@/engine/definition/saga";
import type { RunState } from "@/engine/run/state";
import type { LogEntry } from "@/engine/run/transition";

/** One moment of a run, live, replayed or rehearsed: all that the canvas, inspector and dock show. */
export type Moment = {
  readonly saga: Saga;
  readonly document: SagaDocument;
  readonly state: RunState;
  /** The log up to this moment. */
  readonly entries: readonly LogEntry[];
  /** Epoch milliseconds: the clock, or the replayed decision's time. */
  readonly now: number;
  readonly replaying: boolean;
};

/** Its services act by themselves: nothing of it is sent from here. */
export const isObserved = ({ document }: Pick<Moment, "document">): boolean => document.mode === "observe";
