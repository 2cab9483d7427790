import { awaitedDelivery, countedTries } from "@/components/canvas/awaited-delivery";
import { type StateLook, stateLooks, waitingLook } from "@/components/canvas/status";
import { formatDuration, formatRelative, plural } from "@/components/ui/format";
import type { Saga, SagaStep } from "@/engine/definition/saga";
import { isUndoBegun, isUndoOwed, stays } from "@/engine/rules";
import { type HalfState, isEnded, type RunState, type StepState, unitsOf } from "@/engine/run/state";
import { type Expectations, expectationsOf } from "./expectations";
import { itemCount } from "./item-counts";
import { awaited, dueIn } from "./waiting-words";

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
      key: `attention:${need.reason}:${need.step ?? index}:${need.item ?? ""}`,
      look: stateLooks.attention,
      text: `Waits for a person: ${titleIn(saga, need.step)}${need.item === undefined ? "" : `, item ${need.item}`}`,
      aside: formatRelative(need.since, now),
      step: need.step,
    }),
  );
  const undos = state.undosBegun > 0 || state.unwind ? unwindThings(saga, pairs, state, now) : [];
  return [...undos, ...(isEnded(state) ? [] : forwardThings(saga, pairs, state, now)), ...held];
}

const titleIn = (saga: Saga, step: string | null) =>
  saga.steps.find((spec) => spec.id === step)?.title ?? "the run as a whole";

function unwindThings(saga: Saga, pairs: readonly Pair[], state: RunState, now: number): NextThing[] {
  const begun = pairs
    .filter(({ step }) => isUndoBegun(step))
    .sort((a, b) => (a.step.undoOrder ?? 0) - (b.step.undoOrder ?? 0))
    .map((pair) => begunUndo(pair, state, now));
  if (isEnded(state)) return [...shortened(begun), ...leftOut(pairs)];
  const owed = pairs.filter(
    ({ spec, step }, index) =>
      unitsOf(step).some((work) => isUndoOwed(spec, work)) &&
      !isUndoBegun(step) &&
      step.leftOut === null &&
      !stays(saga, state, { index, item: null }),
  );
  const stop = state.unwind?.downTo;
  const stops =
    stop == null ? [] : [summary("stop", stateLooks.pending, `Stops at ${titleIn(saga, stop)}, which stays`)];
  return [...shortened(begun), ...waiting(owed, expectationsOf(saga)), ...leftOut(pairs), ...stops];
}

function begunUndo({ spec, step }: Pair, state: RunState, now: number): NextThing {
  const count = itemCount(step);
  const clock = clockOf(lastUndoAt(step), state);
  if (step.status === "compensated") return line(step, stateLooks.compensated, `${spec.title} undone`, clock);
  if (step.status === "compensation_failed")
    return line(step, stateLooks["compensation-failed"], `Undo of ${spec.title} failed`, clock);
  const most = spec.compensation?.retry.attempts ?? 1;
  const carrier = awaitedDelivery(step.undo);
  const how = carrier
    ? `waits for ${carrier}`
    : (count ?? (spec.kind === "saga" ? "its run unwinds" : tries(step.undo, most)));
  return line(
    step,
    stateLooks.compensating,
    `Undoing ${spec.title}, ${how}`,
    dueWords(earliest(step, "undo"), now) ?? accepted(step, "undo"),
  );
}

function forwardThings(saga: Saga, pairs: readonly Pair[], state: RunState, now: number): NextThing[] {
  const expectations = expectationsOf(saga);
  return pairs.flatMap(({ spec, step }) => {
    if (step.status !== "executing") return [];
    const expected = expectations?.of(spec.id, step);
    if (expected) return [line(step, stateLooks.executing, `${spec.title} ${expected}`, dueOf(step, now))];
    if (step.waiting) return [line(step, waitingLook, `${spec.title} ${awaited(spec)}`, dueIn(step.waiting, now))];
    const retryAt = earliest(step, "action");
    const text = `${spec.title}, ${howFar(spec, step)}`;
    if (state.paused && retryAt !== null) return [line(step, stateLooks.pending, `${text}, waits for resume`, null)];
    const look = awaitedDelivery(step.probe ?? step.action) === null ? stateLooks.executing : waitingLook;
    return [line(step, look, text, dueWords(retryAt, now) ?? accepted(step, "action"))];
  });
}

function howFar(spec: SagaStep, step: StepState): string {
  const { probe } = step;
  const carrier = awaitedDelivery(probe ?? step.action);
  if (carrier !== null) return `waits for ${carrier}`;
  if (probe && (probe.open || probe.retryAt !== null)) return "the service is asked whether it happened";
  if (spec.kind === "saga") return "its run is under way";
  return itemCount(step) ?? tries(step.action, spec.action?.retry.attempts ?? 1);
}

function tries(half: HalfState, most: number): string {
  const counted = Math.max(1, countedTries(half));
  return `attempt ${counted} of ${Math.max(most, counted)}`;
}

/** When the next attempt of a half is due, of the items' the nearest. */
function earliest(step: StepState, half: "action" | "undo"): number | null {
  const due = unitsOf(step).flatMap((work) => {
    const own = [work[half].retryAt, half === "action" ? (work.probe?.retryAt ?? null) : null];
    return own.filter((at) => at !== null);
  });
  return due.length === 0 ? null : Math.min(...due);
}

const lastUndoAt = (step: StepState) =>
  unitsOf(step).reduce<number | null>(
    (last, { undo }) => (undo.endedAt === null ? last : Math.max(last ?? 0, undo.endedAt)),
    null,
  );

const accepted = (step: StepState, half: "action" | "undo") =>
  step[half].open?.accepted && step.child === null ? "its reply comes later" : null;

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
function waiting(owed: readonly Pair[], expectations: Expectations | null): readonly NextThing[] {
  const order = owed.toSorted((a, b) => (b.step.settledOrder ?? 0) - (a.step.settledOrder ?? 0));
  const lines = order
    .slice(0, MOST)
    .map(({ spec, step }) =>
      line(
        step,
        stateLooks.pending,
        `Undo of ${spec.title} ${expectations?.undoOf(spec.id) ?? "waits its turn"}`,
        null,
      ),
    );
  const more = order.length - lines.length;
  return more > 0 ? [...lines, summary("after", stateLooks.pending, `${plural(more, "more undo")} to come`)] : lines;
}

const leftOut = (pairs: readonly Pair[]): readonly NextThing[] =>
  pairs
    .filter(({ step }) => step.leftOut !== null)
    .map(({ spec, step }) =>
      line(step, stateLooks.skipped, `Undo of ${spec.title} is left out: ${step.leftOut}`, null),
    );

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

/** When the event that comes of a step must have come. */
function dueOf(step: StepState, now: number): string | null {
  const dueAt = unitsOf(step)
    .map(({ action }) => action.open?.timeoutAt ?? null)
    .filter((at) => at !== null)
    .sort((a, b) => a - b)[0];
  return dueAt === undefined ? null : dueIn({ since: dueAt, dueAt }, now);
}

const dueWords = (retryAt: number | null, now: number) =>
  retryAt === null ? null : retryAt <= now ? "due now" : `next in ${Math.ceil((retryAt - now) / 1000)} s`;

const clockOf = (at: number | null, state: RunState) =>
  at === null ? null : `after ${formatDuration(at - state.startedAt)}`;
