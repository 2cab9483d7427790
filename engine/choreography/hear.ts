/**
 * Hearing an event: what it settles, what it sets off, and whether anything made it likely to come (engine.md section 8,
 * C1). What it sets off is begun by `goOn`, so that a pause, an end or a restart in between loses nothing.
 */
import type { Reaction } from "../definition/saga";
import type { Draft, Place } from "../draft";
import { limits } from "../limits";
import type { ToldEvent } from "../run/event";
import type { Half } from "../run/state";
import { clearRaised, raiseOnce } from "./attention";
import { endRunFailed } from "./end";
import { fire, firingOn } from "./fire";
import { isLikely } from "./likely";
import { choreographyOf, endsAs, heardBy, isOver, reactionAt } from "./reactions";
import { settle, settledBy } from "./settle";

export type Hearing = {
  /** The reaction of this very run that says it. */
  readonly by?: string;
  /** The one place that it answers for, where that is known. Null: none, it was settled by hand. */
  readonly answers?: Place | null;
};

/** Heard again, an event is no news. */
export function hear(draft: Draft, event: ToldEvent, hearing: Hearing = {}): void {
  const { by, answers } = hearing;
  const { heard } = heardBy(draft.state);
  if (heard.some((h) => h.id === event.id && h.source === event.source)) return;
  const settled = answers === null ? [] : settledBy(draft, event, answers);
  const firing = firingOn(draft, event.type);
  const isWaitedFor = settled.some((s) => s.awaited);
  if (heard.length >= limits.eventsHeard && !isWaitedFor && !firing.some((r) => r.half === "compensation"))
    return raiseOnce(draft, { reason: "log_full", step: null });
  const unexpected = by === undefined && !isWaitedFor && !isLikely(draft, event.type, firing);
  if (unexpected && isStranger(draft, event.type)) return;
  draft.record({ type: "EventHeard", event, unexpected, ...(by === undefined ? {} : { by }) });
  for (const { place, half } of settled) settle(draft, place, half, event);
  const fired = firing.filter((reaction) => fire(draft, reaction, heard.length));
  if (settled.length > 0 || fired.length > 0) clearRaised(draft, { reason: "missing_event", step: null });
  explainSaid(draft, event.type, fired);
  hearEnd(draft, event);
  if (unexpected) raiseOnce(draft, { reason: "unexpected_event", step: null, event: event.type });
}

/** Of what the definition does not know, one of a type is told: the run has no use for more of them. */
function isStranger(draft: Draft, type: string): boolean {
  return !choreographyOf(draft.saga).events.has(type) && draft.state.attention.some((a) => a.event === type);
}

// ----------------------------------------------------------------------- end

function hearEnd(draft: Draft, event: ToldEvent): void {
  const as = endsAs(draft.saga, event.type);
  if (as === null || isOver(draft.state)) return;
  const number = heardBy(draft.state).heard.length - 1;
  draft.record({ type: "EndHeard", as, event: event.type, number });
  if (as === "failed") endRunFailed(draft, event);
}

// ------------------------------------------------------------- explanations

/** What came too early is accounted for by the reaction that it belongs to, once that waits for it. */
export function explain(draft: Draft, place: Place, half: Half): void {
  const reaction = reactionAt(draft.saga, draft.state, place, half);
  const early = reaction && accountFor(draft, reaction);
  if (early) settle(draft, place, half, early);
}

/** A reaction that does not fire, as it is over or undone already, still accounts for what was said too early. */
function explainSaid(draft: Draft, type: string, fired: readonly Reaction[]): void {
  const { mode, reactions } = choreographyOf(draft.saga);
  if (mode !== "observe") return;
  for (const r of reactions) if (r.on.includes(type) && !fired.includes(r)) accountFor(draft, r);
}

/** The unexpected event that a reaction brings about, which is unexpected no longer. */
function accountFor(draft: Draft, { expect }: Reaction): ToldEvent | null {
  const { heard, last } = heardBy(draft.state);
  const n = heard.findIndex((h) => h.unexpected && expect.includes(h.type));
  const early = heard[n];
  if (early === undefined) return null;
  const { id, source, type } = early;
  draft.record({ type: "EventExplained", event: n });
  if (!heardBy(draft.state).heard.some((h) => h.unexpected && h.type === type))
    clearRaised(draft, { reason: "unexpected_event", step: null, event: type });
  return { id, source, type, data: last[type] ?? null };
}
