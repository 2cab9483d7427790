import { z } from "zod";
import type { Moved } from "./orchestrator";

/** Something arrived for a run of this worker. */
export function workerChannel(incarnation: string): string {
  return `saga_worker_${incarnation}`;
}

/** Something is due that nobody owns. */
export const workChannel = "saga_work";

/** Work waits in the queue of the service that the payload names. */
export const queueChannel = "saga_queue";

/** Runs moved: `MovedNotice` as JSON. */
export const movedChannel = "saga_moved";

const longestPayload = 7_900;

const movedNotice = z.object({ from: z.string(), moved: z.array(z.tuple([z.string(), z.number()])) });

/** `from`: the process that says it. Too many to name in one NOTIFY: an empty list, which means "look". */
export function toMovedPayload(from: string, moved: readonly Moved[]): string {
  const payload = JSON.stringify({ from, moved: moved.map(({ run, seq }) => [run, seq]) });
  return payload.length < longestPayload ? payload : JSON.stringify({ from, moved: [] });
}

/** Null: not ours to read. */
export function parseMovedPayload(payload: string): { from: string; moved: readonly Moved[] } | null {
  try {
    const { from, moved } = movedNotice.parse(JSON.parse(payload));
    return { from, moved: moved.map(([run, seq]) => ({ run, seq })) };
  } catch {
    return null;
  }
}
