/**
 * Child sagas: what a run says to the runs of its saga steps, and to the run whose step it is (engine.md U8). Each word
 * follows from transitions, and is durable with them.
 */
import { childIdOf } from "./child-id";
import { inputOf, type Subject } from "./context";
import type { Saga } from "./definition/saga";
import { deriveId } from "./derive-id";
import type { Json } from "./json";
import type { ChildEnded, StartChild, TellRun } from "./run/command";
import type { ParentAsk } from "./run/event";
import { isEnded, type Parent, type RunState, type StepState } from "./run/state";
import type { Transition } from "./run/transition";

type Decided = {
  readonly saga: Saga;
  readonly before: RunState | null;
  readonly state: RunState;
  readonly transitions: readonly Transition[];
};

/** `find`: the run unwinds already, so the child is only looked for (U1). */
export function startChild(subject: Subject, find: boolean): StartChild {
  const { state, step, spec, work } = subject;
  if (spec.kind !== "saga") throw new Error(`${step.id} is no saga step`);
  const { generation, attempt } = work.action;
  return {
    type: "StartChild",
    run: state.id,
    step: step.id,
    attempt,
    generation,
    child: childIdOf(state.id, step.id, generation),
    saga: spec.saga,
    data: inputOf(subject, "action"),
    parent: { run: state.id, step: step.id, generation, depth: (state.parent?.depth ?? 0) + 1, undo: null },
    startedBy: state.startedBy,
    persons: state.persons,
    ...(find ? { find: true as const } : {}),
  };
}

/** What this decision says to other runs. */
export function childCommands(decided: Decided): readonly TellRun[] {
  const told = childStepsOf(decided.saga).flatMap((index) => tellChild(decided, index));
  const { parent } = decided.state;
  return parent === null ? told : [...told, ...tellParent(decided, parent)];
}

const childSteps = new WeakMap<Saga, readonly number[]>();

function childStepsOf(saga: Saga): readonly number[] {
  const known = childSteps.get(saga) ?? saga.steps.flatMap((spec, i) => (spec.kind === "saga" ? [i] : []));
  childSteps.set(saga, known);
  return known;
}

function tellChild(decided: Decided, index: number): readonly TellRun[] {
  const { state, transitions } = decided;
  const s = state.steps[index] as StepState;
  const { child } = s;
  if (child === null) return [];
  const asks = transitions.flatMap((t) => asksOf(t, decided, s));
  return asks
    .filter((each) => isNews(each, asks))
    .map(({ ask, generation }, n) => ({
      type: "TellRun",
      run: child,
      id: wordId(`ask:${state.id}:${state.seq}:${s.id}:${n}`, state.seq, n),
      message: { kind: "parent", ask, generation },
    }));
}

/** Words that one run says sort in the order in which it says them: they may arrive in the same millisecond. */
function wordId(text: string, seq: number, n: number): string {
  const hex = (value: number, digits: number) => value.toString(16).padStart(digits, "0");
  return deriveId(text, `${hex(seq, 8)}-${hex(n, 4)}`);
}

type Ask = { readonly ask: ParentAsk; readonly generation: number };

/** A child that is asked to be undone, or ended, is stopped by that; one that is ended need not go on first. */
function isNews({ ask }: Ask, all: readonly Ask[]): boolean {
  if (ask === "cancel") return !all.some((other) => other.ask === "undo" || other.ask === "terminate");
  return ask !== "resume" || !all.some((other) => other.ask === "terminate");
}

/** What a transition makes a run ask of the child of one of its steps. */
function asksOf(t: Transition, { before, state, transitions }: Decided, s: StepState): readonly Ask[] {
  switch (t.type) {
    case "UnwindStarted":
      return s.childEnded ? [] : [just("cancel")];
    case "CallAccepted":
      return t.step === s.id && t.half === "action" ? asksOfNew(state, s) : [];
    case "CompensationStarted":
      return t.step === s.id ? [{ ask: "undo", generation: t.generation }] : [];
    case "OperationAccepted":
      return t.operation.operation === "terminate" && !s.childEnded ? [just("terminate")] : [];
    case "ParentAsked":
      return t.ask === "terminate" && !s.childEnded ? [just("terminate")] : [];
    case "RunPaused":
      return s.childEnded ? [] : [just("pause")];
    case "RunResumed":
      return s.childEnded ? [] : [just("resume")];
    case "RunCompleted":
    case "RunFailed":
      return !s.childEnded && isPausedBefore(t, before, transitions) ? [just("resume")] : [];
    default:
      return [];
  }
}

function just(ask: ParentAsk): Ask {
  return { ask, generation: 0 };
}

function isRunning(s: StepState): boolean {
  return s.action.open?.accepted === true;
}

/** An end takes the run out of its pause, and nobody could resume what it paused. */
function isPausedBefore(end: Transition, before: RunState | null, transitions: readonly Transition[]): boolean {
  const last = transitions
    .slice(0, transitions.indexOf(end))
    .findLast(({ type }) => type === "RunPaused" || type === "RunResumed" || type === "RunCompleted");
  return last === undefined ? before?.paused === true : last.type === "RunPaused";
}

/** A child that has begun is asked at once for what it came too late to hear. */
function asksOfNew(state: RunState, s: StepState): readonly Ask[] {
  const isUnwanted = isRunning(s) ? state.unwind?.phase === "running" : s.status !== "completed";
  const stop = s.action.error?.code === "terminated" ? "terminate" : "cancel";
  return [...(isUnwanted ? [just(stop)] : []), ...(state.paused ? [just("pause")] : [])];
}

/** How this run ended, to the run whose step it is; also when the parent asks to undo what is undone already. */
function tellParent({ state, transitions }: Decided, parent: Parent): readonly TellRun[] {
  const asked = transitions.some((t) => t.type === "ParentAsked" && t.ask === "undo");
  const ended = transitions.some((t) => t.type === "RunCompleted" || t.type === "RunFailed");
  if (!isEnded(state) || !(ended || asked)) return [];
  return [
    {
      type: "TellRun",
      run: parent.run,
      id: wordId(`ended:${state.id}:${state.seq}`, state.seq, 0),
      message: { kind: "child", ended: childEnded(state, parent) },
    },
  ];
}

/** How an ended run is told to its parent. */
export function childEnded(state: RunState, parent: Parent): ChildEnded {
  return {
    step: parent.step,
    half: parent.undo === null ? "action" : "compensation",
    generation: parent.undo ?? parent.generation,
    state: state.state === "completed" ? "completed" : "failed",
    rollback: state.rollback,
    result: resultOf(state),
    error: state.error && { code: state.error.code, message: state.error.message },
    residue: state.residue,
    persons: state.persons,
  };
}

/** Longer than this, the steps' results stay with the child. */
const longestResult = 256 * 1024;

/** A child's result: its id, and the results of its steps. */
function resultOf(state: RunState): Json {
  const results = Object.fromEntries(state.steps.filter((s) => s.result !== null).map((s) => [s.id, s.result]));
  const isLong = JSON.stringify(results).length > longestResult;
  return { saga_id: state.id, results: isLong ? {} : results };
}
