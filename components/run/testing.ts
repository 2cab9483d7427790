import { decide } from "@/engine/decide";
import type { Saga } from "@/engine/definition/saga";
import type { Json } from "@/engine/json";
import type { Operation, Outcome, RunEvent } from "@/engine/run/event";
import type { Part, RunState } from "@/engine/run/state";
import type { LogEntry } from "@/engine/run/transition";

/** What happens to a run, at a time that `tell` gives. */
export type Happening = (at: number) => RunEvent;

export type Told = { readonly state: RunState; readonly entries: readonly LogEntry[] };

/** The run, and its log, that these events, a second apart, make. */
export function tell(saga: Saga, ...events: readonly Happening[]): Told {
  let state: RunState | null = null;
  const entries: LogEntry[] = [];
  for (const [index, event] of events.entries()) {
    const at = 1_000 * (index + 1);
    const decision = decide(saga, state, event(at));
    state = decision.state;
    if (decision.transitions.length > 0)
      entries.push({ seq: state?.seq ?? 0, at, actor: "key:Cron", transitions: decision.transitions });
  }
  if (!state) throw new Error("No run was started");
  return { state, entries };
}

export const starts =
  (data: Json = {}, persons: readonly string[] = []): Happening =>
  (at) => ({
    type: "RunRequested",
    at,
    run: "00000000-0000-7000-8000-000000000001",
    data,
    actor: "key:Cron",
    persons,
  });

export const started = starts();

export const replies =
  (step: string, outcome: Outcome, half: Part = "action", item?: number): Happening =>
  (at) => ({ type: "ReplyReceived", at, step, half, outcome, ...(item === undefined ? {} : { item }) });

export const succeeds = (step: string, item?: number) =>
  replies(step, { kind: "success", result: null }, "action", item);

export const declines = (step: string, item?: number) =>
  replies(step, { kind: "terminal", error: { code: "declined", message: "No" } }, "action", item);

export const lost = (step: string, item?: number) =>
  replies(step, { kind: "unknown", error: { code: "timeout", message: "No reply" } }, "action", item);

export const asks =
  (operation: Operation): Happening =>
  (at) => ({ type: "OperationRequested", at, id: "x", actor: "key:Cron", operation });

export const timePasses: Happening = (at) => ({ type: "TimePassed", at });
