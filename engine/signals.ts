/** Signals and decisions: words from outside that a step waits for (engine.md F13, F14). */
import type { Draft } from "./draft";
import { completeStep, failStep } from "./forward";
import { limits } from "./limits";
import type { Refusal } from "./run/command";
import type { RunEvent } from "./run/event";
import { isEnded } from "./run/state";

type Signal = Extract<RunEvent, { type: "SignalReceived" }>;
type Decided = Extract<RunEvent, { type: "DecisionReceived" }>;

/** A signal is kept in the run, in order, and taken by the first step of that name that waits for it. */
export function receiveSignal(draft: Draft, { id, signal, data, person }: Signal): Refusal | null {
  if (isEnded(draft.state)) return { code: "run_ended", detail: "The run has ended; it takes no more signals" };
  const index = draft.saga.order.find((i) => {
    const spec = draft.spec(i);
    return spec.kind === "signal" && spec.signal === signal && draft.step(i).waiting !== null;
  });
  if (index === undefined && draft.state.signals.length >= limits.signalsKept) {
    return { code: "too_many_signals", detail: `The run keeps ${limits.signalsKept} signals that no step has taken` };
  }
  draft.record({ type: "SignalReceived", id, signal, data, ...(person === undefined ? {} : { person }) });
  if (index === undefined) return null;
  const kept = draft.state.signals.find((s) => s.signal === signal);
  if (kept) completeStep(draft, { index, item: null }, kept.data, { signal: kept.id });
  return null;
}

/** Whoever may approve by role or name was checked at the door; four-eyes is the run's own matter. */
export function receiveDecision(draft: Draft, event: Decided): Refusal | null {
  const { id, step, generation, decision, form, comment, actor, person } = event;
  const index = draft.saga.indexOf.get(step) ?? -1;
  const spec = draft.saga.steps[index];
  if (spec?.kind !== "approval") return { code: "no_such_approval", detail: `${step} is no approval of this run` };
  const s = draft.step(index);
  if (s.waiting === null || s.action.generation !== generation)
    return { code: "already_decided", detail: "Nobody is asked for this decision any more" };
  const refused = fourEyes(draft, index, { person, persons: draft.state.persons });
  if (refused) return refused;
  draft.record({ type: "ApprovalDecided", id, step, ...(person ? { person } : {}), decision, form, comment });
  const place = { index, item: null };
  if (decision === "approve") completeStep(draft, place, { decision, form, by: actor });
  else {
    const message = comment === "" ? `Rejected by ${actor}` : `Rejected by ${actor}: ${comment}`;
    failStep(draft, place, { kind: "terminal", error: { code: "rejected", message, detail: { form, by: actor } } });
  }
  return null;
}

/** Who asks, and whoever was behind the run before. */
export type Who = { readonly person: string | null; readonly persons: readonly string[] };

/** The decider is nobody who is behind the run's start or changed its input; an unknown starter refuses everybody (F14). */
export function fourEyes(draft: Draft, index: number, { person, persons }: Who): Refusal | null {
  const spec = draft.spec(index);
  if (spec.kind !== "approval" || !spec.fourEyes) return null;
  if (persons.length === 0)
    return {
      code: "starter_unknown",
      detail: "Nobody knows who is behind this run, so nobody can be the second pair of eyes",
    };
  if (person !== null && !persons.includes(person)) return null;
  return {
    code: "four_eyes",
    detail: "You are behind this run's start or changed its input; another person must decide",
  };
}
