import {
  Ban,
  CircleCheck,
  CircleX,
  ClipboardCheck,
  type LucideIcon,
  OctagonX,
  Pause,
  Play,
  RotateCcw,
  SkipForward,
  StickyNote,
  Undo2,
} from "lucide-react";
import type { OperationName } from "@/engine/run/event";

type OperationLook = {
  readonly icon: LucideIcon;
  readonly verb: string;
  /** What it is for, at the top of its sheet. */
  readonly about: string;
};

/** How each operation is called and explained, everywhere. */
export const operationLooks = {
  retry: {
    icon: RotateCcw,
    verb: "Retry step",
    about: "Sends the step again, with the same input or an edited one.",
  },
  retryCompensation: {
    icon: RotateCcw,
    verb: "Retry undo",
    about: "Sends the undo again, with the same input or an edited one.",
  },
  markCompensated: {
    icon: ClipboardCheck,
    verb: "Mark undo done",
    about: "Says that the effect was undone by hand. Nothing is sent; the unwind goes on.",
  },
  compensate: {
    icon: Undo2,
    verb: "Compensate",
    about: "Stops going forward and undoes what was done, last first.",
  },
  skip: {
    icon: SkipForward,
    verb: "Skip step",
    about: "Goes on as if the step had completed, with a result you give.",
  },
  complete: {
    icon: CircleCheck,
    verb: "Mark completed",
    about: "Says that the step did happen, with the result it had.",
  },
  fail: { icon: CircleX, verb: "Mark failed", about: "Says that the step failed, and what is known of its effect." },
  pause: { icon: Pause, verb: "Pause", about: "Nothing more is sent until the run is resumed." },
  resume: { icon: Play, verb: "Resume", about: "The run goes on where it stopped." },
  cancel: { icon: Ban, verb: "Cancel", about: "Stops the run and undoes what was done." },
  terminate: {
    icon: OctagonX,
    verb: "Terminate",
    about: "Ends the run at once and undoes nothing. What was done stays done.",
  },
  note: { icon: StickyNote, verb: "Add note", about: "Writes a sentence into the run's log, and changes nothing." },
} as const satisfies Record<OperationName, OperationLook>;
