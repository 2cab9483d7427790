/**
 * plan: what an operation would do, before anybody presses the button. It asks the engine itself: it decides the
 * operation, then lets every undo succeed, and writes down what was sent on the way.
 */
import { awaitsEvent, reactionAt } from "./choreography/reactions";
import { inputOf, subjectOf } from "./context";
import { decide } from "./decide";
import type { Saga, SagaStep } from "./definition/saga";
import type { Place } from "./draft";
import type { Json } from "./json";
import { isUndoBegun, isUndoOwed, stays } from "./rules";
import type { Refusal } from "./run/command";
import type { Operation } from "./run/event";
import { type Effect, isEnded, type RunLifecycle, type RunState, unitsOf, type WorkState } from "./run/state";
import type { Transition } from "./run/transition";

export type PlannedUndo = {
  /** Undos with the same number run side by side. */
  readonly order: number;
  readonly step: string;
  /** Of a forEach: which item. */
  readonly item?: number;
  /** `saga` and a saga's type, where a child run is undone (U8). */
  readonly service: string;
  readonly command: string;
  readonly input: Json;
  readonly effect: Effect;
  readonly status: "planned" | "compensating" | "compensated" | "compensation_failed";
};

export type Gap = {
  readonly step: string;
  readonly reason: "no_compensation" | "irreversible" | "unknown_never" | "left_out" | "stays";
};

export type OperationPlan = {
  readonly seq: number;
  readonly operation: Operation["operation"];
  readonly summary: string;
  readonly undos: readonly PlannedUndo[];
  readonly forward: readonly {
    readonly step: string;
    readonly service: string;
    readonly command: string;
    readonly input: Json;
  }[];
  readonly gaps: readonly Gap[];
  readonly state: RunLifecycle;
};

/**
 * What `operation` would do to the run at `at` (milliseconds), or why it would be refused. Changes nothing. `person`:
 * who asks, for four-eyes (F14).
 */
export function plan(
  saga: Saga,
  state: RunState,
  operation: Operation,
  at: number,
  person: string | null = null,
): OperationPlan | { readonly refused: Refusal } {
  const decided = decide(saga, state, { type: "OperationRequested", at, id: "plan", actor: "plan", person, operation });
  if (decided.refused) return { refused: decided.refused };
  const after = decided.state ?? state;
  const unwinds = after.unwind !== null || (isEnded(after) && after.seq !== state.seq && after.state === "failed");
  const undos = unwinds && operation.operation !== "terminate" ? undosOf(saga, state, after, at) : [];
  const forward = decided.commands.flatMap((c) => {
    if (c.type === "StartChild") return [{ step: c.step, service: "saga", command: c.saga, input: c.data }];
    if (c.type !== "InvokeCommand" || c.half !== "action") return [];
    const { step, service, command, input } = c;
    return [{ step, service, command, input }];
  });
  return {
    seq: state.seq,
    operation: operation.operation,
    summary: after.unwind?.phase === "requested" ? waits : summaryOf(operation, undos, forward.length),
    undos,
    forward,
    gaps: unwinds ? gapsOf(saga, after) : [],
    state: after.state,
  };
}

/** Lets the unwind run to its end in the pure engine: in-flight actions become unknown, every undo succeeds. */
function undosOf(saga: Saga, before: RunState, after: RunState, at: number): PlannedUndo[] {
  const past = placesOf(before).filter((place) => {
    const w = workAt(before, place);
    return !isUndoDue(w) && isUndoBegun(w) && workAt(after, place).status === w.status;
  });
  const undos = past.map((place) => planned(saga, before, place, 0, before));
  let state = settleActions(saga, resumed(saga, after, at), at);
  let wave = placesOf(state);
  for (let order = 1; !isEnded(state); order++) {
    const due = wave.filter((place) => isUndoDue(workAt(state, place)));
    if (due.length === 0) break;
    for (const place of due) undos.push(planned(saga, state, place, order, before));
    const followed = [...due];
    const { seq } = state;
    for (const place of due) {
      const decided = undone(saga, state, place, at);
      state = decided.state;
      followed.push(...begunBy(saga, state, decided.transitions));
    }
    // What nothing moves will not come to an end by itself.
    if (state.seq === seq) break;
    wave = inOrder(followed);
  }
  return undos;
}

/** Where these transitions began an undo, or could not: what is due next is there, and nothing else is looked through. */
function begunBy(saga: Saga, state: RunState, transitions: readonly Transition[]): readonly Place[] {
  return transitions.flatMap((t): readonly Place[] => {
    if (t.type !== "CompensationStarted" && t.type !== "CompensationFailed") return [];
    const index = saga.indexOf.get(t.step) ?? -1;
    return t.item === undefined && state.steps[index]?.items ? [] : [{ index, item: t.item ?? null }];
  });
}

/** Each place once, as the definition and a forEach list them. */
function inOrder(places: readonly Place[]): readonly Place[] {
  const sorted = [...places].sort((a, b) => a.index - b.index || (a.item ?? 0) - (b.item ?? 0));
  return sorted.filter(({ index, item }, i) => index !== sorted[i - 1]?.index || item !== sorted[i - 1]?.item);
}

/** Every step and every item: what is undone each for itself. */
function placesOf(state: RunState): readonly Place[] {
  return state.steps.flatMap((s, index): readonly Place[] =>
    s.items ? s.items.map((_, item) => ({ index, item })) : [{ index, item: null }],
  );
}

function workAt(state: RunState, { index, item }: Place): WorkState {
  const s = state.steps[index];
  const w = item === null ? s : s?.items?.[item];
  if (!w) throw new Error(`There is no step ${index}, item ${item}`);
  return w;
}

function namedAt(saga: Saga, { index, item }: Place) {
  const step = saga.steps[index]?.id ?? "";
  return item === null ? { step } : { step, item };
}

/** Under way, or failed and held until a person repairs it; a failure that was passed over is not tried again. */
function isUndoDue(w: WorkState): boolean {
  return w.status === "compensating" || (w.status === "compensation_failed" && w.handling === "hold");
}

/** A paused run's undos wait for the resume: the plan tells what comes then. */
function resumed(saga: Saga, state: RunState, at: number): RunState {
  return state.paused ? asked(saga, state, { operation: "resume", reason: "plan" }, at).state : state;
}

type Decided = { readonly state: RunState; readonly transitions: readonly Transition[] };

function asked(saga: Saga, state: RunState, operation: Operation, at: number): Decided {
  const decided = decide(saga, state, { type: "OperationRequested", at, id: "plan", actor: "plan", operation });
  return { state: decided.state ?? state, transitions: decided.transitions };
}

/** What is in flight, or being asked about, ends unknown: the plan undoes it. */
function settleActions(saga: Saga, state: RunState, at: number): RunState {
  const error = { code: "unknown", message: "In flight when the plan was made" };
  const outcome = { kind: "unknown", error } as const;
  let next = state;
  for (const place of placesOf(state)) {
    for (const half of ["action", "probe"] as const) {
      const w = workAt(next, place);
      if (w.status !== "executing" || !w[half]?.open) continue;
      // A child that is being begun has begun by then.
      const child = saga.steps[place.index]?.kind === "saga" ? { residue: [] } : {};
      const event = { type: "ReplyReceived", at, ...namedAt(saga, place), half, outcome, ...child } as const;
      next = decide(saga, next, event).state ?? next;
    }
  }
  return next;
}

/** The undo succeeds; one that a person must repair first is marked done by hand. */
function undone(saga: Saga, state: RunState, place: Place, at: number): Decided {
  const named = namedAt(saga, place);
  const { status } = workAt(state, place);
  if (status === "compensated") return { state, transitions: [] };
  if (status === "compensation_failed")
    return asked(saga, state, { operation: "markCompensated", ...named, reason: "plan", evidence: "plan" }, at);
  const said =
    saga.choreography && awaitsEvent(saga, state, place, "compensation") ? undoneAs(saga, state, place) : null;
  const outcome = { kind: "success", result: said } as const;
  const decided = decide(saga, state, { type: "ReplyReceived", at, ...named, half: "compensation", outcome });
  return { state: decided.state ?? state, transitions: decided.transitions };
}

/** Where an undo is known by its event, that event as the answer. */
function undoneAs(saga: Saga, state: RunState, place: Place): Json {
  const reaction = reactionAt(saga, state, place, "compensation");
  const type = reaction?.expect.find((expected) => !reaction.fails.includes(expected)) ?? "";
  return { specversion: "1.0", id: `plan:${place.index}:${place.item}`, source: "plan", type, data: null };
}

function planned(saga: Saga, state: RunState, place: Place, order: number, before: RunState): PlannedUndo {
  const subject = subjectOf(saga, state, place);
  const { spec, work } = subject;
  const { service, command } = commandOf(spec);
  return {
    order,
    ...namedAt(saga, place),
    service,
    command,
    input: spec.kind === "saga" ? null : inputOf(subject, "compensation"),
    effect: work.effect,
    status: statusOf(work, before, place),
  };
}

/** `planned` is what the operation makes be sent; the rest is under way, done, or failed and waits for a person. */
function statusOf(w: WorkState, before: RunState, place: Place): PlannedUndo["status"] {
  if (w.status === "compensation_failed" || w.status === "compensated") return w.status;
  const today = before.steps[place.index]?.items || place.item === null ? workAt(before, place) : null;
  return today?.status === "compensating" ? "compensating" : "planned";
}

function commandOf(spec: SagaStep) {
  if (spec.kind === "saga") return { service: "saga", command: spec.saga };
  return { service: spec.compensation?.service ?? "", command: spec.compensation?.command ?? "" };
}

/** What is left standing: effects for which no undo is owed or meant, and why. */
function gapsOf(saga: Saga, state: RunState): Gap[] {
  return state.steps.flatMap((s, index): Gap[] => {
    const spec = saga.steps[index] as SagaStep;
    const units = unitsOf(s);
    if (spec.class === "readonly" || units.every((w) => w.effect === "none")) return [];
    const open = units.flatMap((w, i) => (isUndoOwed(spec, w) && !isUndoBegun(w) ? [i] : []));
    if (open.length > 0 && s.leftOut !== null) return [{ step: s.id, reason: "left_out" }];
    if (open.some((i) => stays(saga, state, { index, item: s.items ? i : null }))) {
      return [{ step: s.id, reason: "stays" }];
    }
    if (units.every((w) => w.effect === "none" || isUndoOwed(spec, w))) return [];
    if (spec.class === "irreversible") return [{ step: s.id, reason: "irreversible" }];
    return [{ step: s.id, reason: spec.undoneBy === null ? "no_compensation" : "unknown_never" }];
  });
}

const waits = "Stop the run once the step at the point of no return has settled, unless it completes";

const sentences: Record<Operation["operation"], string> = {
  retry: "Try the step again",
  skip: "Skip the step and go on",
  complete: "Mark the step completed and go on",
  fail: "Mark the step failed",
  compensate: "End the run; there is nothing to undo",
  retryCompensation: "Try the undo again",
  markCompensated: "Mark the undo done by hand",
  pause: "Pause: nothing more is sent until the run is resumed",
  resume: "Resume the run",
  cancel: "Cancel the run; there is nothing to undo",
  terminate: "End the run now, undoing nothing",
  startAgain: "Start a new run with the same data",
  note: "Add a note to the log",
};

function summaryOf(operation: Operation, undos: readonly PlannedUndo[], forward: number): string {
  const toDo = undos.filter((u) => u.status !== "compensated").length;
  const steps = (n: number) => `${n} step${n === 1 ? "" : "s"}`;
  if (operation.operation === "compensate" && toDo > 0) {
    return operation.downTo === undefined ? `Undo ${steps(toDo)}` : `Undo ${steps(toDo)}, down to ${operation.downTo}`;
  }
  if (operation.operation === "cancel" && toDo > 0) return `Cancel and undo ${steps(toDo)}`;
  if (operation.operation === "fail" && toDo > 0) return `Mark the step failed and undo ${steps(toDo)}`;
  if (operation.operation === "resume" && toDo > 0) return `Resume and undo ${steps(toDo)}`;
  if (operation.operation === "resume" && forward > 0) return `Resume and call ${steps(forward)}`;
  return sentences[operation.operation];
}
