import {
  Check,
  Circle,
  CircleDot,
  CircleSlash,
  Hourglass,
  LoaderCircle,
  type LucideIcon,
  TriangleAlert,
  Undo2,
  X,
} from "lucide-react";
import type { Rollback, RunLifecycle, StepStatus } from "@/engine/run/state";

/**
 * The one map from a state to how it looks: icon, word and hue, the same in node, edge, badge, timeline and plot.
 * It owns no meaning; statuses and run states are the engine's (engine.md F2).
 */
export type StateToken =
  | "pending"
  | "executing"
  | "completed"
  | "failed"
  | "compensating"
  | "compensated"
  | "compensation-failed"
  | "skipped"
  | "attention";

export type StateLook = {
  readonly token: StateToken;
  readonly icon: LucideIcon;
  readonly word: string;
  /** Text and icon colour. */
  readonly text: string;
  /** Ground of a badge or a card half. */
  readonly soft: string;
  /** Fill of a bar, a dot, a numbered badge; `onSolid` is readable on it. */
  readonly solid: string;
  readonly border: string;
  /** For SVG and inline styles. */
  readonly color: string;
};

/** Text on a solid state colour: white on light theme's deep hues, near-black on dark theme's bright ones. */
export const onSolid = "text-on-ink";

export const stateLooks = {
  pending: {
    token: "pending",
    icon: Circle,
    word: "Pending",
    text: "text-state-pending",
    soft: "bg-state-pending-soft",
    solid: "bg-state-pending-solid",
    border: "border-state-pending-solid",
    color: "var(--color-state-pending-solid)",
  },
  executing: {
    token: "executing",
    icon: LoaderCircle,
    word: "Executing",
    text: "text-state-executing",
    soft: "bg-state-executing-soft",
    solid: "bg-state-executing-solid",
    border: "border-state-executing-solid",
    color: "var(--color-state-executing-solid)",
  },
  completed: {
    token: "completed",
    icon: Check,
    word: "Completed",
    text: "text-state-completed",
    soft: "bg-state-completed-soft",
    solid: "bg-state-completed-solid",
    border: "border-state-completed-solid",
    color: "var(--color-state-completed-solid)",
  },
  failed: {
    token: "failed",
    icon: X,
    word: "Failed",
    text: "text-state-failed",
    soft: "bg-state-failed-soft",
    solid: "bg-state-failed-solid",
    border: "border-state-failed-solid",
    color: "var(--color-state-failed-solid)",
  },
  compensating: {
    token: "compensating",
    icon: Undo2,
    word: "Compensating",
    text: "text-state-compensating",
    soft: "bg-state-compensating-soft",
    solid: "bg-state-compensating-solid",
    border: "border-state-compensating-solid",
    color: "var(--color-state-compensating-solid)",
  },
  compensated: {
    token: "compensated",
    icon: Undo2,
    word: "Compensated",
    text: "text-state-compensated",
    soft: "bg-state-compensated-soft",
    solid: "bg-state-compensated-solid",
    border: "border-state-compensated-solid",
    color: "var(--color-state-compensated-solid)",
  },
  "compensation-failed": {
    token: "compensation-failed",
    icon: TriangleAlert,
    word: "Compensation failed",
    text: "text-state-compensation-failed",
    soft: "bg-state-compensation-failed-soft",
    solid: "bg-state-compensation-failed-solid",
    border: "border-state-compensation-failed-solid",
    color: "var(--color-state-compensation-failed-solid)",
  },
  skipped: {
    token: "skipped",
    icon: CircleSlash,
    word: "Skipped",
    text: "text-state-skipped",
    soft: "bg-state-skipped-soft",
    solid: "bg-state-skipped-solid",
    border: "border-state-skipped-solid border-dashed",
    color: "var(--color-state-skipped-solid)",
  },
  attention: {
    token: "attention",
    icon: CircleDot,
    word: "Attention",
    text: "text-state-attention",
    soft: "bg-state-attention-soft",
    solid: "bg-state-attention-solid",
    border: "border-state-attention-solid",
    color: "var(--color-state-attention-solid)",
  },
} as const satisfies Record<StateToken, StateLook>;

export const stepStatusLooks = {
  pending: stateLooks.pending,
  executing: stateLooks.executing,
  completed: stateLooks.completed,
  failed: stateLooks.failed,
  skipped: stateLooks.skipped,
  compensating: stateLooks.compensating,
  compensated: stateLooks.compensated,
  compensation_failed: stateLooks["compensation-failed"],
} as const satisfies Record<StepStatus, StateLook>;

/** Under way, and nothing moves: the step waits for a time, a signal or a person. */
export const waitingLook = { ...stateLooks.executing, icon: Hourglass, word: "Waiting" } as const satisfies StateLook;

/** Every run state; `pending` means "under way", which is what people are told. */
export const runStateLooks = {
  started: { ...stateLooks.pending, word: "Started" },
  pending: { ...stateLooks.executing, word: "Running" },
  compensating: stateLooks.compensating,
  completed: stateLooks.completed,
  failed: stateLooks.failed,
} as const satisfies Record<RunLifecycle, StateLook>;

/** How a failed run's unwind ended. */
export const rollbackLooks = {
  clean: { ...stateLooks.compensated, word: "Rolled back clean" },
  incomplete: { ...stateLooks["compensation-failed"], word: "Rollback incomplete" },
  nothing_to_undo: { ...stateLooks.failed, word: "Nothing to undo" },
} as const satisfies Record<Rollback, StateLook>;

/** The look of a run: its end label once it failed, else its state. */
export const runLook = (run: {
  readonly state: RunLifecycle;
  readonly rollback?: Rollback | null | undefined;
}): StateLook => (run.state === "failed" && run.rollback ? rollbackLooks[run.rollback] : runStateLooks[run.state]);
