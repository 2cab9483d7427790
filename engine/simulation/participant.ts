/**
 * A participant as docs/participants.md asks for: one effect for each key, an answer that stays, a tombstone for an action
 * whose undo it has taken. Its ledger is the truth that every run is held against.
 */
import type { Json } from "../json";
import type { InvokeCommand } from "../run/command";

/** What it knows of one action's key. `working`: it has said that it will answer later. */
type Known = {
  readonly unit: string;
  state: "working" | "done" | "refused";
  /** By hand, or by the command: how often it took effect. */
  effects: number;
  result: Json;
};

export type Answer =
  | { readonly kind: "done"; readonly result: Json }
  | { readonly kind: "refused"; readonly why: string }
  | { readonly kind: "working" };

/** The step or item of a run, whatever generation: what an undo undoes. */
export function unitOf(run: string, step: string, item: number | null | undefined): string {
  return `${run}:${step}${item == null ? "" : `:${item}`}`;
}

export class Participant {
  readonly #actions = new Map<string, Known>();
  readonly #buried = new Set<string>();
  readonly #undone = new Set<string>();

  /** The action is taken: done now, or `later`; a key that is known is answered as it was. */
  act(command: InvokeCommand, how: "now" | "later" | "refuse"): Answer {
    const { key } = command;
    const unit = unitOf(command.run, command.step, command.item);
    const known = this.#actions.get(key);
    if (known) return this.#answer(known);
    if (this.#buried.has(unit)) return { kind: "refused", why: "tombstone" };
    const result = { key };
    const fresh: Known = { unit, state: how === "refuse" ? "refused" : "working", effects: 0, result };
    this.#actions.set(key, fresh);
    if (how === "now") this.finish(key);
    return this.#answer(fresh);
  }

  /** What it had taken to do later takes effect, unless it was undone or fenced off meanwhile. */
  finish(key: string): Answer {
    const known = this.#actions.get(key);
    if (!known) return { kind: "refused", why: "unknown" };
    if (known.state === "working") {
      known.state = "done";
      known.effects++;
    }
    return this.#answer(known);
  }

  #answer({ state, result }: Known): Answer {
    if (state === "working") return { kind: "working" };
    return state === "done" ? { kind: "done", result } : { kind: "refused", why: "declined" };
  }

  /** Undoes whatever there is of the unit, and whatever would still come. */
  undo(command: InvokeCommand): void {
    this.undoByHand(unitOf(command.run, command.step, command.item));
  }

  undoByHand(unit: string): void {
    this.#bury(unit);
    for (const [key, known] of this.#actions) {
      if (known.unit === unit && known.effects > 0) this.#undone.add(key);
    }
  }

  /** Nothing of the unit happens any more. */
  #bury(unit: string): void {
    this.#buried.add(unit);
    for (const known of this.#actions.values())
      if (known.unit === unit && known.state === "working") known.state = "refused";
  }

  /** F11. With `fences`, a no is final. */
  find(command: InvokeCommand, fences: boolean): Json {
    const known = this.#actions.get(command.key);
    if (known?.state === "done") return { happened: true, result: known.result };
    if (!fences || known?.state === "working") return { happened: false };
    this.fence(command.key, unitOf(command.run, command.step, command.item));
    return { happened: false, fenced: true };
  }

  hasHappened(key: string): boolean {
    return this.#actions.get(key)?.state === "done";
  }

  /** The key is never taken any more, unless it was. */
  fence(key: string, unit: string): void {
    const known = this.#actions.get(key);
    if (known?.state === "working") known.state = "refused";
    if (!known) this.#actions.set(key, { unit, state: "refused", effects: 0, result: null });
  }

  /** A person did it in the service itself, under that key. */
  doneByHand(key: string, unit: string, result: Json): void {
    const known = this.#actions.get(key);
    if (known?.state === "done") return;
    this.#actions.set(key, { unit, state: "done", effects: 1, result });
  }

  /** How often the unit's effect stands now. */
  balanceOf(unit: string): number {
    let balance = 0;
    for (const [key, known] of this.#actions)
      if (known.unit === unit && !this.#undone.has(key)) balance += known.effects;
    return balance;
  }

  /** The largest number of effects under one key. */
  mostEffects(): number {
    return Math.max(0, ...[...this.#actions.values()].map((known) => known.effects));
  }
}
