import type { LogEntry } from "@/engine/run/transition";
import type { TakenEdges } from "./edge-face";

/** Which edges each step took, as the log says: a step whose transition names no targets took them all. */
export function takenEdges(entries: Iterable<LogEntry>): TakenEdges {
  const taken = new Map<string, readonly string[]>();
  for (const { transitions } of entries)
    for (const transition of transitions)
      if ("taken" in transition && transition.taken) taken.set(transition.step, transition.taken);
  return taken;
}
