import { isJsonObject } from "@/engine/json";
import { type HalfState, isEnded, type RunState, unitsOf } from "@/engine/run/state";

/** The broker that a command of a run waits for, and since when. */
export type AwaitedBroker = { readonly broker: string; readonly since: number };

/** Null while no command waits for a broker: the one that waits longest, of several. */
export function awaitedBroker(state: RunState): AwaitedBroker | null {
  if (isEnded(state)) return null;
  const halves = state.steps.flatMap(unitsOf).flatMap(({ action, undo, probe }) => [action, undo, probe]);
  const waiting = halves.flatMap((half) => (half === null ? [] : waitsIn(half)));
  return waiting.sort((a, b) => a.since - b.since)[0] ?? null;
}

function waitsIn({ error, retryAt, open, firstAt, startedAt }: HalfState): readonly AwaitedBroker[] {
  const isWaiting = retryAt !== null || (open !== null && !open.accepted);
  if (error?.code !== "broker_unreachable" || !isWaiting) return [];
  const broker = isJsonObject(error.detail) ? error.detail.broker : null;
  const since = firstAt ?? startedAt;
  return typeof broker === "string" && since !== null ? [{ broker, since }] : [];
}
