/** From what was decided to what the shell must do: intents become calls, ends become events (engine.md section 9). */
import { actionInput, undoInput } from "./context";
import type { Saga } from "./definition/saga";
import { isJsonObject } from "./json";
import { idempotencyKey } from "./key";
import type { Command, InvokeCommand, PublishEvent } from "./run/command";
import type { Half, RunState } from "./run/state";
import type { Transition } from "./run/transition";

/** The commands that follow from `transitions`, which led from `before` to `state`. */
export function commandsOf(
  saga: Saga,
  before: RunState | null,
  state: RunState,
  transitions: readonly Transition[],
): readonly Command[] {
  const commands: Command[] = [];
  for (const t of transitions) {
    if (t.type === "StepStarted") commands.push(invoke(saga, state, t.step, "action"));
    else if (t.type === "CompensationStarted") commands.push(invoke(saga, state, t.step, "compensation"));
    else if (t.type === "RunCompleted") commands.push(publish(saga, state, "Completed"));
    else if (t.type === "RunFailed")
      commands.push(publish(saga, state, isUnwoundOnPurpose(before, transitions) ? "Unwound" : "Failed"));
  }
  return commands;
}

/** An end that was told before is never told again as a failure (U6); a reopened run ends like any other (U7). */
function isUnwoundOnPurpose(before: RunState | null, transitions: readonly Transition[]): boolean {
  if (before === null) return false;
  return before.endedAt === null
    ? before.unwind?.afterEnd === true
    : !transitions.some((t) => t.type === "RunReopened");
}

/** The calls whose intent is committed and whose reply is still awaited: a new owner sends them again, same key. */
export function openCommands(saga: Saga, state: RunState): readonly InvokeCommand[] {
  return state.steps.flatMap((s) => {
    if (s.action.open) return [{ ...invoke(saga, state, s.id, "action"), again: true as const }];
    return s.undo.open ? [{ ...invoke(saga, state, s.id, "compensation"), again: true as const }] : [];
  });
}

function invoke(saga: Saga, state: RunState, id: string, half: Half): InvokeCommand {
  const index = saga.indexOf.get(id) ?? -1;
  const s = state.steps[index];
  const spec = saga.steps[index];
  const command = half === "action" ? spec?.action : spec?.compensation;
  if (!s || !command) throw new Error(`${saga.type} v${saga.version} has no ${half} of ${id}`);
  const now = half === "action" ? s.action : s.undo;
  return {
    type: "InvokeCommand",
    run: state.id,
    saga: saga.type,
    step: id,
    half,
    attempt: now.attempt,
    generation: now.generation,
    key: idempotencyKey(state.id, id, half, now.generation),
    service: command.service,
    command: command.command,
    input: half === "action" ? actionInput(state, s) : undoInput(state, s),
    timeoutAt: now.open?.timeoutAt ?? state.updatedAt,
    http: command.http && { method: command.http.method, path: now.path ?? `/${command.command}` },
  };
}

function publish(saga: Saga, state: RunState, how: "Completed" | "Failed" | "Unwound"): PublishEvent {
  const data = { ...(isJsonObject(state.data) ? state.data : {}), saga_id: state.id };
  const event = `${saga.type}${how}`;
  if (how === "Completed") return { type: "PublishEvent", run: state.id, saga: saga.type, event, data };
  const error = state.error?.message ?? "Saga failed";
  return {
    type: "PublishEvent",
    run: state.id,
    saga: saga.type,
    event,
    data: { ...data, error, rollback: state.rollback },
  };
}
