/** Calls that were taken, and child runs that were begun: their replies come later, by another way (engine.md F6, U8). */
import { childIdOf } from "./child-id";
import type { Draft } from "./draft";
import type { RunEvent } from "./run/event";

type Accepted = Extract<RunEvent, { type: "CallAccepted" }>;

/** Only what is open can be taken; a child run is there whenever it is known, and however its step fared since. */
export function callAccepted(draft: Draft, event: Accepted): void {
  const { step, item, half, attempt, generation } = event;
  const index = draft.saga.indexOf.get(step);
  if (index === undefined) return;
  if (draft.spec(index).kind === "saga" && half === "action") return childBegan(draft, index, generation);
  const s = draft.step(index);
  const w = item === undefined ? s : s.items?.[item];
  const part = half === "action" ? w?.action : half === "compensation" ? w?.undo : w?.probe;
  if (!w || !part?.open || part.open.accepted || part.attempt !== attempt) return;
  if ((half === "probe" ? w.action : part).generation !== generation) return;
  draft.record({ type: "CallAccepted", step, ...(item === undefined ? {} : { item }), half, attempt });
}

/** The child run of a step is known from now on; its time counts from here, since until now nobody knew of it (U8). */
export function childBegan(draft: Draft, index: number, generation: number): void {
  const spec = draft.spec(index);
  const { id, action, child: known } = draft.step(index);
  const child = childIdOf(draft.state.id, id, generation);
  if (spec.kind !== "saga" || known === child || action.attempt === 0 || action.generation !== generation) return;
  const timeout = action.open === null || spec.timeout === null ? {} : { timeoutAt: draft.at + spec.timeout };
  draft.record({ type: "CallAccepted", step: id, half: "action", attempt: action.attempt, child, ...timeout });
}
