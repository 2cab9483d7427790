/** The forward half held against engine.md section 4: what is sent, settled, taken and decided. */
import type { RunState, StepState } from "../run/state";
import type { Transition } from "../run/transition";
import { type Case, indexOf, nameOf, type Of, stepIn, workIn } from "./case";

type Begins = Of<"StepStarted" | "StepWaits" | "ItemsListed" | "StepRetryScheduled">;

/** 2: from the beginning of the unwind nothing goes forward, not even a retry (U1); and nothing is sent in a pause (U9). */
export function goesForward({ saga, state, t, tell }: Case<Begins>): void {
  const what = nameOf({ step: t.step, ...("item" in t && t.item !== undefined ? { item: t.item } : {}) });
  if (state.unwind?.phase === "running") {
    tell(
      2,
      t.type === "StepRetryScheduled" ? `${what} was to be retried in an unwind` : `${what} was sent in an unwind`,
    );
  }
  if (t.type === "StepRetryScheduled") return;
  if (state.paused) tell(null, `${what} was sent while the run was paused`);
  if (saga.steps[indexOf(saga, t.step)]?.class === "pivot") pivotGoesLast(saga, state, t.step, tell);
}

/** U5: every step that is neither the pivot nor behind it, nor behind a second pivot, has settled. */
function pivotGoesLast(saga: Case["saga"], state: RunState, pivot: string, tell: Case["tell"]): void {
  const index = indexOf(saga, pivot);
  const isBehind = (other: number, i: number) => i === other || saga.downstream[other]?.has(i) === true;
  const seconds = saga.order
    .slice(saga.order.indexOf(index) + 1)
    .filter((other) => saga.steps[other]?.class === "pivot" && !isBehind(index, other));
  state.steps.forEach((s, i) => {
    if (s.passed || isBehind(index, i) || seconds.some((second) => isBehind(second, i))) return;
    tell(null, `The pivot ${pivot} was sent before ${s.id} had settled`);
  });
}

/** F7: of a forEach, no more at once than it says, and none once one has failed. */
export function startsItem({ saga, state, t, tell }: Case<Of<"StepStarted">>): void {
  const spec = saga.steps[indexOf(saga, t.step)];
  if (t.item === undefined || spec?.kind !== "forEach") return;
  const { items } = stepIn(saga, state, t.step);
  if (items?.[t.item]?.status !== "pending") return;
  if (items.filter((i) => i.status === "executing").length >= spec.concurrency)
    tell(null, `${nameOf(t)} was sent beside too many others`);
  if (items.some((i) => i.status === "failed")) tell(null, `${nameOf(t)} was sent though another item had failed`);
}

/** F4: what may have happened is asked for under the same key again, and under no other. */
export function keepsKey({ saga, state, t, tell }: Case<Of<"StepStarted" | "CompensationStarted">>): void {
  const { action, undo, effect } = workIn(saga, state, t);
  const half = t.type === "StepStarted" ? action : undo;
  if (half.attempt === 0) return;
  if (t.generation === half.generation && t.attempt === half.attempt + 1) return;
  if (t.generation !== half.generation + 1 || t.attempt !== 1)
    tell(null, `${nameOf(t)} has an attempt ${t.attempt} of generation ${t.generation} out of turn`);
  // A child run is asked anew each time; the keys are those of its own undos.
  if (t.type === "CompensationStarted" && saga.steps[indexOf(saga, t.step)]?.kind === "saga") return;
  const isUnknown = half.unsettled.length > 0 || half.inDoubt !== undefined;
  if (isUnknown || (t.type === "StepStarted" && effect === "unknown"))
    tell(null, `${nameOf(t)} was sent under another key though nobody knows what the last one did`);
}

/** F7: the list is made once. */
export function listsOnce({ saga, state, t, tell }: Case<Of<"ItemsListed">>): void {
  if (stepIn(saga, state, t.step).items !== null) tell(6, `The items of ${t.step} were listed twice`);
}

/** 6: an attempt has one outcome. A person may complete what no attempt is open for. */
export function settlesOnce({ saga, state, t, tell }: Case<Of<"StepCompleted" | "StepFailed">>): void {
  const w = workIn(saga, state, t);
  const s = stepIn(saga, state, t.step);
  const isRepair = t.type === "StepCompleted" && t.by === "operator" && t.item === undefined && !s.passed;
  if (t.type === "StepCompleted" && w.status === "completed" && !isRepair) tell(6, `${nameOf(t)} completed twice`);
  if (t.attempt > w.action.attempt)
    tell(6, `${nameOf(t)} has an outcome of attempt ${t.attempt}, which was never begun`);
  if (t.item !== undefined || s.items === null) return;
  if (s.items.some((i) => i.status === "executing")) tell(6, `${t.step} was settled while an item was under way`);
}

/** F1: an edge is passed once, and only by what is settled; in an unwind by nothing. */
export function passesEdges({ saga, state, t, tell }: Case<Of<"StepCompleted" | "StepSkipped" | "EdgesPassed">>): void {
  if ("item" in t && t.item !== undefined) return;
  const passes = t.type !== "StepCompleted" || t.taken !== null;
  if (passes && state.unwind?.phase === "running") tell(2, `The edges of ${t.step} were passed in an unwind`);
  if (passes && stepIn(saga, state, t.step).passed) tell(6, `The edges of ${t.step} were passed twice`);
}

/** F1: of a decision one way at most is taken. */
export function takesOneWay({ saga, t, tell }: Case<Of<"StepCompleted">>): void {
  const spec = saga.steps[indexOf(saga, t.step)];
  if (spec?.kind !== "decision" || t.taken === null) return;
  const taken = t.taken?.length ?? spec.outgoing.length;
  if (taken > 1) tell(null, `The decision ${t.step} took ${taken} ways`);
}

/** F11: only what nobody knows is asked about, and with the action at rest. */
export function asks({ saga, state, t, tell }: Case<Of<"ProbeStarted">>): void {
  const { action, status } = workIn(saga, state, t);
  if (saga.steps[indexOf(saga, t.step)]?.probe === null) tell(null, `${t.step} has no probe, yet was asked about`);
  if (status !== "executing") tell(null, `${nameOf(t)} was asked about though it is ${status}`);
  if (state.paused) tell(null, `${nameOf(t)} was asked about while the run was paused`);
  const isUnknown = action.unsettled.length > 0 || t.after?.unsettled === true || t.after?.inDoubt === true;
  if (t.after ? !isUnknown : action.open !== null)
    tell(null, `${nameOf(t)} was asked about though its outcome is known, or not yet due`);
}

// ------------------------------------------------------------ words from outside

/** 6: what a person or another system said is decided once. */
export function hearsOnce({ seen, t, tell }: Case): void {
  if (!("id" in t) || t.type === "ReplyIgnored") return;
  if (seen.events.has(t.id)) tell(6, `${heard[t.type] ?? "Event"} ${t.id} was decided twice`);
  seen.events.add(t.id);
}

const heard: { readonly [T in Transition["type"]]?: string } = {
  OperationAccepted: "Operation",
  OperationRefused: "Operation",
  SignalReceived: "Signal",
  SignalRefused: "Signal",
  ApprovalDecided: "Decision",
  DecisionRefused: "Decision",
};

/** F13: a signal is taken once, by a step of its name, the oldest of that name first. */
export function takesSignal({ saga, state, t, seen, tell }: Case<Of<"StepCompleted">>): void {
  const spec = saga.steps[indexOf(saga, t.step)];
  if (t.signal === undefined) {
    const isTaken = spec?.kind === "signal" && t.by === undefined;
    if (isTaken) tell(null, `${t.step} completed without a signal`);
    return;
  }
  const kept = state.signals.find((s) => s.id === t.signal);
  if (!kept) return tell(6, `${t.step} took a signal that the run does not keep`);
  if (seen.taken.has(t.signal)) tell(6, `${t.step} took a signal that was taken before`);
  seen.taken.add(t.signal);
  if (spec?.kind !== "signal" || spec.signal !== kept.signal) tell(null, `${t.step} took a signal of another name`);
  if (state.signals.find((s) => s.signal === kept.signal) !== kept)
    tell(null, `${t.step} took a signal before an older one of its name`);
}

/** 6, F14: one decision a request, while it waits, and by another person where four eyes are asked for. */
export function decidesOnce({ saga, state, t, seen, tell }: Case<Of<"ApprovalDecided">>): void {
  const s: StepState = stepIn(saga, state, t.step);
  const spec = saga.steps[indexOf(saga, t.step)];
  if (spec?.kind !== "approval" || s.waiting === null) return tell(6, `${t.step} was decided though nobody was asked`);
  const request = `${t.step}:${s.action.generation}`;
  if (seen.decided.has(request)) tell(6, `${t.step} was decided twice`);
  seen.decided.add(request);
  if (!spec.fourEyes) return;
  if (state.persons.length === 0) tell(null, `${t.step} was decided though nobody knows who started the run`);
  if (t.person === undefined) tell(null, `${t.step} was decided by nobody knows whom`);
  else if (state.persons.includes(t.person)) tell(null, `${t.step} was decided by somebody behind the run`);
}
