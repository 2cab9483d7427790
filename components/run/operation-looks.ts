import {
  Ban,
  CircleCheck,
  CircleX,
  ClipboardCheck,
  type LucideIcon,
  OctagonX,
  Pause,
  Play,
  Repeat,
  RotateCcw,
  SkipForward,
  StickyNote,
  Undo2,
} from "lucide-react";
import type { OperationName } from "@/engine/run/event";
import { type RunState, stepOf } from "@/engine/run/state";

export type OperationLook = {
  readonly icon: LucideIcon;
  readonly verb: string;
  /** What it is for, at the top of its sheet. */
  readonly about: string;
  /** What is said once it is in the log. */
  readonly done: string;
};

/** How each operation is called and explained, everywhere. */
export const operationLooks = {
  retry: {
    icon: RotateCcw,
    verb: "Retry step",
    about: "Sends the step again, with the same input or an edited one.",
    done: "The step is sent again",
  },
  retryCompensation: {
    icon: RotateCcw,
    verb: "Retry undo",
    about: "Sends the undo again, with the same input or an edited one.",
    done: "The undo is sent again",
  },
  markCompensated: {
    icon: ClipboardCheck,
    verb: "Mark undo done",
    about: "Says that the effect was undone by hand. Nothing is sent; the unwind goes on.",
    done: "The undo is marked done",
  },
  compensate: {
    icon: Undo2,
    verb: "Compensate",
    about: "Stops going forward and undoes what was done, last first.",
    done: "The unwind has begun",
  },
  skip: {
    icon: SkipForward,
    verb: "Skip step",
    about: "Goes on as if the step had completed, with a result you give.",
    done: "The step is skipped",
  },
  complete: {
    icon: CircleCheck,
    verb: "Mark completed",
    about: "Says that the step did happen, with the result it had.",
    done: "The step is marked completed",
  },
  fail: {
    icon: CircleX,
    verb: "Mark failed",
    about: "Says that the step failed, and what is known of its effect.",
    done: "The step is marked failed",
  },
  pause: {
    icon: Pause,
    verb: "Pause",
    about: "Nothing more is sent until the run is resumed.",
    done: "The run is paused",
  },
  resume: { icon: Play, verb: "Resume", about: "The run goes on where it stopped.", done: "The run goes on" },
  cancel: { icon: Ban, verb: "Cancel", about: "Stops the run and undoes what was done.", done: "The run is cancelled" },
  terminate: {
    icon: OctagonX,
    verb: "Terminate",
    about: "Ends the run at once and undoes nothing. What was done stays done.",
    done: "The run is ended",
  },
  startAgain: {
    icon: Repeat,
    verb: "Start again",
    about: "Starts a new run with the same data, or edited data. This one stays as it is.",
    done: "A new run has started",
  },
  note: {
    icon: StickyNote,
    verb: "Add note",
    about: "Writes a sentence into the run's log, and changes nothing.",
    done: "The note is in the log",
  },
} as const satisfies Record<OperationName, OperationLook>;

/** How an operation is called where it means something narrower: a step that only waits, one late effect, the rest of an unwind. */
export function operationLook(operation: OperationName, step: string | null, state: RunState): OperationLook {
  const look = operationLooks[operation];
  if (operation === "skip" && step !== null && stepOf(state, step)?.waiting)
    return { ...look, verb: "Go on without waiting", done: "The run goes on without waiting" };
  if (operation !== "compensate") return look;
  if (step !== null)
    return { ...look, verb: "Undo this step", about: "Undoes what the step did after all.", done: "The undo is sent" };
  if (state.unwind?.downTo == null) return look;
  return {
    ...look,
    verb: "Undo the rest",
    about: "The unwind goes on from where it stopped, to the beginning or to an earlier step.",
    done: "The unwind goes on",
  };
}
