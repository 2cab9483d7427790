import { type StateLook, stateLooks } from "@/components/canvas/status";
import { formatDuration, formatRelative, plural } from "@/components/ui/format";
import type { Saga, SagaStep } from "@/engine/definition/saga";
import { isUndoBegun, isUndoOwed } from "@/engine/rules";
import { isEnded, type RunState, type StepState } from "@/engine/run/state";

/** A line of "What happens now". */
export type NextThing = {
  readonly key: string;
  readonly look: StateLook;
  readonly text: string;
  readonly aside: string | null;
  readonly step: string | null;
};

type Pair = { readonly spec: SagaStep; readonly step: StepState };

/** What the run is doing and what comes next, undos already done first while it unwinds. `now` in epoch milliseconds. */
export function nextThings(saga: Saga, state: RunState, now: number): readonly NextThing[] {
  const pairs = saga.steps.flatMap((spec, index): Pair[] => {
    const step = state.steps[index];
    return step ? [{ spec, step }] : [];
  });
  const held = state.attention.map(
    (need, index): NextThing => ({
      key: `attention:${need.reason}:${need.step ?? index}`,
      look: stateLooks.attention,
      text: `Waits for a person: ${titleIn(saga, need.step)}`,
      aside: formatRelative(need.since, now),
      step: need.step,
    }),
  );
  const undos = state.undosBegun > 0 || state.unwind ? unwindThings(pairs, state, now) : [];
  return [...undos, ...(isEnded(state) ? [] : forwardThings(pairs, state, now)), ...held];
}

const titleIn = (saga: Saga, step: string | null) =>
  saga.steps.find((spec) => spec.id === step)?.title ?? "the run as a whole";

function unwindThings(pairs: readonly Pair[], state: RunState, now: number): NextThing[] {
  const begun = pairs
    .filter(({ step }) => isUndoBegun(step))
    .sort((a, b) => (a.step.undoOrder ?? 0) - (b.step.undoOrder ?? 0))
    .map((pair) => begunUndo(pair, state, now));
  const owed = isEnded(state) ? [] : pairs.filter(({ spec, step }) => isUndoOwed(spec, step) && !isUndoBegun(step));
  return [...shortened(begun), ...waiting(owed)];
}

function begunUndo({ spec, step }: Pair, state: RunState, now: number): NextThing {
  if (step.status === "compensated")
    return line(step, stateLooks.compensated, `${spec.title} undone`, clockOf(step.undo.endedAt, state));
  if (step.status === "compensation_failed")
    return line(
      step,
      stateLooks["compensation-failed"],
      `Undo of ${spec.title} failed`,
      clockOf(step.undo.endedAt, state),
    );
  const tries = `attempt ${step.undo.attempt} of ${Math.max(spec.compensation?.retry.attempts ?? 1, step.undo.attempt)}`;
  return line(step, stateLooks.compensating, `Undoing ${spec.title}, ${tries}`, dueWords(step.undo.retryAt, now));
}

function forwardThings(pairs: readonly Pair[], state: RunState, now: number): NextThing[] {
  return pairs.flatMap(({ spec, step }) => {
    if (step.status !== "executing") return [];
    const tries = `attempt ${step.action.attempt} of ${Math.max(spec.action.retry.attempts, step.action.attempt)}`;
    if (state.paused && step.action.retryAt !== null)
      return [line(step, stateLooks.pending, `${spec.title}, ${tries}, waits for resume`, null)];
    return [line(step, stateLooks.executing, `${spec.title}, ${tries}`, dueWords(step.action.retryAt, now))];
  });
}

const line = (step: StepState, look: StateLook, text: string, aside: string | null): NextThing => ({
  key: `${look.token}:${step.id}`,
  look,
  text,
  aside,
  step: step.id,
});

/** Of many undos that are done, or that wait, only the nearest few are worth a line. */
const MOST = 5;

/** Undos still to come, the likely next first: what finished last is undone first. */
function waiting(owed: readonly Pair[]): readonly NextThing[] {
  const order = owed.toSorted((a, b) => (b.step.settledOrder ?? 0) - (a.step.settledOrder ?? 0));
  const lines = order
    .slice(0, MOST)
    .map(({ spec, step }) => line(step, stateLooks.pending, `Undo of ${spec.title} waits its turn`, null));
  const more = order.length - lines.length;
  return more > 0 ? [...lines, summary("after", stateLooks.pending, `${plural(more, "more undo")} to come`)] : lines;
}

const summary = (key: string, look: StateLook, text: string): NextThing => ({
  key,
  look,
  text,
  aside: null,
  step: null,
});

function shortened(begun: readonly NextThing[]): readonly NextThing[] {
  const done = begun.filter((thing) => thing.look === stateLooks.compensated);
  const hidden = new Set(done.slice(0, Math.max(0, done.length - MOST)));
  if (hidden.size === 0) return begun;
  const before = summary("before", stateLooks.compensated, `${plural(hidden.size, "step")} undone before`);
  return [before, ...begun.filter((thing) => !hidden.has(thing))];
}

const dueWords = (retryAt: number | null, now: number) =>
  retryAt === null ? null : retryAt <= now ? "due now" : `next in ${Math.ceil((retryAt - now) / 1000)} s`;

const clockOf = (at: number | null, state: RunState) =>
  at === null ? null : `after ${formatDuration(at - state.startedAt)}`;
