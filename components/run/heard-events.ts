import { reactionAt } from "@/engine/choreography/reactions";
import type { Saga } from "@/engine/definition/saga";
import type { Json } from "@/engine/json";
import { type RunState, unitsOf } from "@/engine/run/state";
import type { LogEntry, Transition } from "@/engine/run/transition";

/** An event that a run heard, and what it set off. */
export type HeardRow = {
  readonly number: number;
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly at: number;
  readonly data: Json;
  readonly unexpected: boolean;
  /** The decision by which it was heard. */
  readonly seq: number;
  /** The run itself said it: by which reaction. */
  readonly by: string | null;
  readonly setOff: readonly { readonly reaction: string; readonly step: string; readonly undo: boolean }[];
};

/** An event, or one of several, that must still come. `dueAt` null: whenever. */
export type Awaited = {
  readonly step: string;
  /** Of a reaction that repeats, which time it is. */
  readonly item: number | null;
  readonly undo: boolean;
  readonly types: readonly string[];
  readonly dueAt: number | null;
};

type Heard = Extract<Transition, { type: "EventHeard" }>;

/** The events of a run in the order in which it heard them. */
export function heardEvents(entries: readonly LogEntry[], state: RunState): readonly HeardRow[] {
  const said: { heard: Heard; seq: number; at: number }[] = [];
  const fired = new Map<number, HeardRow["setOff"]>();
  for (const { seq, at, transitions } of entries)
    for (const t of transitions) {
      if (t.type === "EventHeard") said.push({ heard: t, seq, at });
      if (t.type !== "ReactionFired") continue;
      const one = { reaction: t.reaction, step: t.step, undo: t.half === "compensation" };
      fired.set(t.event, [...(fired.get(t.event) ?? []), one]);
    }
  return said.map(({ heard: { event, by = null, unexpected }, seq, at }, number) => ({
    ...event,
    number,
    at,
    seq,
    by,
    unexpected: state.choreography?.heard[number]?.unexpected ?? unexpected,
    setOff: fired.get(number) ?? [],
  }));
}

/** The event that a step, or its undo, reacted to last; null: it has not reacted. */
export function reactedTo(
  rows: readonly HeardRow[],
  step: string,
  undo: boolean,
): { readonly row: HeardRow; readonly reaction: string } | null {
  for (const row of rows.toReversed()) {
    const fired = row.setOff.find((one) => one.step === step && one.undo === undo);
    if (fired) return { row, reaction: fired.reaction };
  }
  return null;
}

/** What is waited for at this moment, what is due first at the top. */
export function awaitedEvents(saga: Saga, state: RunState): readonly Awaited[] {
  const { choreography, steps } = saga;
  if (choreography === null) return [];
  const all = state.steps.flatMap((step, index): Awaited[] =>
    unitsOf(step).flatMap((work, n) =>
      (["action", "undo"] as const).flatMap((part): Awaited[] => {
        const { open } = work[part];
        const half = part === "action" ? "action" : "compensation";
        const place = { index, item: step.items === null ? null : n };
        const reaction = reactionAt(saga, state, place, half);
        if (!open?.accepted || !reaction || reaction.expect.length === 0) return [];
        return [
          {
            step: steps[index]?.id ?? step.id,
            item: place.item,
            undo: part === "undo",
            types: reaction.expect,
            dueAt: open.timeoutAt,
          },
        ];
      }),
    ),
  );
  return all.toSorted((a, b) => (a.dueAt ?? Number.POSITIVE_INFINITY) - (b.dueAt ?? Number.POSITIVE_INFINITY));
}
