/** One run of a simulated world: its state, the log it left, and the same state told by that log alone. */
import { decide } from "../decide";
import type { Saga } from "../definition/saga";
import { applyEntry } from "../evolve";
import type { Decision } from "../run/command";
import type { RunEvent } from "../run/event";
import type { RunState } from "../run/state";
import type { LogEntry, Transition } from "../run/transition";
import { checkDecision, isSame } from "../testing/invariants";
import { Verifier } from "../verify";

type Timeless<E> = E extends unknown ? Omit<E, "at"> : never;
/** An event without its time: the world's clock gives it. */
export type Happening = Timeless<RunEvent>;

export class SimulationFailed extends Error {}

export class Run {
  readonly id: string;
  readonly saga: Saga;
  readonly inbox: Happening[] = [];
  readonly published: string[] = [];
  /** Steps and items of which a person said what no service knows: `step` or `step:item`. */
  readonly byHand = new Set<string>();
  readonly log: LogEntry[] = [];
  state: RunState | null = null;
  /** A worker owns it, the `epoch`th one. */
  isOwned = true;
  epoch = 0;
  /** A person unwound it by itself after its end. */
  isUnwoundAlone = false;
  reopened = 0;
  /** How often people helped it in the end. */
  helped = 0;
  /** What the log tells: the state after a restart. */
  #restarted: RunState | null = null;
  readonly #verifier: Verifier;

  constructor(id: string, saga: Saga) {
    this.id = id;
    this.saga = saga;
    this.#verifier = new Verifier(saga);
  }

  /** Decides an event, as it is and after a restart, and holds both against every invariant. */
  decide(event: RunEvent, trace: string[] | null): Decision {
    const before = this.state;
    const decision = decide(this.saga, before, event);
    trace?.push(
      `${new Date(event.at).toISOString()} ${this.id}: ${sentenceOf(event)} -> ${decision.transitions.map(sentenceOf).join("; ") || "nothing"}${decision.refused ? ` (${decision.refused.code})` : ""}`,
    );
    const again = decide(this.saga, this.#restarted, event);
    if (!isSame(decision, again)) throw new SimulationFailed(`${event.type} is decided otherwise after a restart`);
    this.state = decision.state;
    this.#append(event, decision);
    checkDecision({ saga: this.saga, before, event, decision }, this.#verifier);
    return decision;
  }

  #append({ at }: RunEvent, { transitions, state }: Decision): void {
    if (transitions.length === 0 || state === null) return;
    const entry: LogEntry = JSON.parse(JSON.stringify({ seq: state.seq, at, actor: null, transitions }));
    this.log.push(entry);
    this.reopened += transitions.filter((t) => t.type === "RunReopened").length;
    this.#restarted = applyEntry(this.saga, this.#restarted, entry);
    // Now and then from a snapshot, as a run that was put down is.
    if (state.seq % 8 === 0) this.#restarted = JSON.parse(JSON.stringify(this.#restarted));
    if (!isSame(this.#restarted, state)) throw new SimulationFailed("fold(log) differs from the state");
  }
}

function sentenceOf(what: RunEvent | Transition): string {
  const { type, ...rest } = what as { readonly type: string } & Record<string, unknown>;
  const { at: _, data: __, input: ___, ...shown } = rest;
  const text = JSON.stringify(shown);
  return text === "{}" ? type : `${type} ${text.length > 260 ? `${text.slice(0, 260)}…` : text}`;
}
