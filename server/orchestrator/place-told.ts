/**
 * Where events of choreographies go, in the order in which they came: to the live run of their key, to a run that they
 * begin, to the newest run that has ended, or to where they wait for one to begin. Pure; what it answers is then written.
 */
import type { Saga, ToldEvent } from "@/engine";
import { limits } from "@/engine/limits";
import type { StartAnswer, TellAnswer } from "./orchestrator";
import type { RunKey } from "./sql/lock-keys";
import type { RefusedStart, Start } from "./starter";

/** An event, or a start by hand, which says the event that begins its run. */
export type Telling = {
  readonly saga: string;
  readonly keys: readonly [string, ...string[]];
  readonly event: ToldEvent;
  /** Who says it; null: the engine. */
  readonly actor: string | null;
  /** The run that it begins where there is no live one; null: it begins none. */
  readonly start: Start | RefusedStart | null;
  readonly waits: boolean;
  /** By hand: only a run of its own will do. */
  readonly byHand: boolean;
  readonly dedupe: string | null;
  readonly hash: string;
};

/** What became of it; `repeated` and `business_key_taken` only where it was by hand. */
export type Placed = TellAnswer | Extract<StartAnswer, { kind: "repeated" | "business_key_taken" }>;

/** A run that may hear an event, if its version knows such events. */
export type Hearer = { readonly id: string; readonly owner: string | null; readonly saga: Saga };

/** What is known of a key under its lock. It is written to as events find their places. */
export type Known = {
  live: Hearer | null;
  readonly ended: Hearer | null;
  readonly isArchived: boolean;
  early: number;
};

export type Used = { readonly run: string; readonly hash: string; readonly exists: boolean };

export type World = {
  readonly known: (key: RunKey) => Known;
  /** Keys that were used before. */
  readonly used: ReadonlyMap<string, Used>;
};

type Heard = { readonly run: Hearer; readonly event: ToldEvent };
export type EarlyTelling = { readonly telling: Telling; readonly key: RunKey };

export type Places = {
  readonly answers: readonly Placed[];
  readonly starts: readonly Start[];
  /** Runs that begin while events wait for them, beside those of this batch. */
  readonly awaited: readonly (RunKey & { readonly run: string })[];
  readonly heard: readonly Heard[];
  readonly early: readonly EarlyTelling[];
  readonly used: readonly { readonly key: string; readonly run: string | null; readonly hash: string }[];
};

/** Answers one for each telling, in order. */
export function placeTold(tellings: readonly Telling[], world: World): Places {
  const batch = new Placing(world);
  for (const telling of tellings) batch.add(telling);
  return batch.places();
}

/** Written to once more when a run begins that the event waited for. */
type Answer = { placed: Placed; readonly telling: Telling };

class Placing {
  readonly #world: World;
  readonly #answers: Answer[] = [];
  readonly #starts: Start[] = [];
  readonly #awaited: (RunKey & { run: string })[] = [];
  readonly #heard: Heard[] = [];
  #early: EarlyTelling[] = [];
  /** Keys used in this batch, with the telling that used each. */
  readonly #first = new Map<string, Answer>();

  constructor(world: World) {
    this.#world = world;
  }

  add(telling: Telling): void {
    const answer = { telling, placed: this.#repeated(telling) ?? this.#place(telling) };
    this.#answers.push(answer);
    if (telling.dedupe !== null && isTaken(answer.placed)) this.#first.set(telling.dedupe, answer);
  }

  places(): Places {
    const used = [...this.#first].map(([key, { placed, telling }]) => ({
      key,
      run: runOf(placed),
      hash: telling.hash,
    }));
    return {
      answers: this.#answers.map(({ placed }) => placed),
      starts: this.#starts,
      awaited: this.#awaited,
      heard: this.#heard,
      early: this.#early,
      used,
    };
  }

  #repeated({ dedupe, hash, byHand }: Telling): Placed | null {
    if (dedupe === null) return null;
    const before = this.#world.used.get(dedupe);
    const first = this.#first.get(dedupe);
    if (!before && !first) return null;
    if ((before?.hash ?? first?.telling.hash) !== hash) return { kind: "key_reused" };
    const run = before ? (before.exists ? before.run : null) : runOf(first?.placed);
    return byHand && run !== null ? { kind: "repeated", id: run } : { kind: "duplicate", run };
  }

  #place(telling: Telling): Placed {
    const { saga, keys, start, byHand, waits } = telling;
    const [main] = keys;
    const known = this.#world.known({ saga, key: main });
    if (byHand && known.live) return { kind: "business_key_taken", businessKey: main };
    const run = start ? known.live : this.#hearer(telling);
    if (run) return this.#hear(telling, run);
    if (start) return "row" in start ? this.#begin(telling, known, start) : start;
    if (known.isArchived || !waits) return { kind: "ignored" };
    if (known.early >= limits.earlyEvents) return { kind: "too_many_early" };
    known.early += 1;
    this.#early.push({ telling, key: { saga, key: main } });
    return { kind: "kept" };
  }

  /** A live run, and else one that has ended: its undos and its surprises are still its own. */
  #hearer({ saga, keys }: Telling): Hearer | null {
    const all = keys.map((key) => this.#world.known({ saga, key }));
    return all.find(({ live }) => live)?.live ?? all.find(({ ended }) => ended)?.ended ?? null;
  }

  #hear({ event }: Telling, run: Hearer): Placed {
    if (!run.saga.choreography?.events.has(event.type)) return { kind: "ignored" };
    this.#heard.push({ run, event });
    return { kind: "delivered", run: run.id };
  }

  #begin({ saga, keys: [key] }: Telling, known: Known, start: Start): Placed {
    const { id } = start.row;
    this.#starts.push(start);
    const run = { id, owner: null, saga: start.begun.saga };
    known.live = run;
    this.#handOver({ saga, key }, known, run);
    return { kind: "started", run: id };
  }

  /** What waited for this run goes to it: first what had waited before this batch. */
  #handOver(key: RunKey, known: Known, run: Hearer): void {
    const isIts = (e: EarlyTelling) => e.key.saga === key.saga && e.key.key === key.key;
    const ofBatch = this.#early.filter(isIts);
    if (known.early > ofBatch.length) this.#awaited.push({ ...key, run: run.id });
    known.early = 0;
    if (ofBatch.length === 0) return;
    this.#early = this.#early.filter((e) => !isIts(e));
    for (const { telling } of ofBatch) {
      const answer = this.#answers.find((each) => each.telling === telling);
      if (answer) answer.placed = this.#hear(telling, run);
    }
  }
}

function runOf(placed: Placed | undefined): string | null {
  return placed && "run" in placed ? placed.run : null;
}

function isTaken({ kind }: Placed): boolean {
  return kind === "started" || kind === "delivered" || kind === "kept";
}
