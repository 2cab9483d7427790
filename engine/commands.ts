/** From what was decided to what the shell must do: intents become calls, ends become events (engine.md section 9). */

import { childCommands, startChild } from "./children";
import { awaitsEvent, reactionAt } from "./choreography/reactions";
import { inputOf, keyOf, type Subject, subjectOf } from "./context";
import type { Saga } from "./definition/saga";
import type { Place } from "./draft";
import { isJsonObject } from "./json";
import type { Command, InvokeCommand, PublishEvent, StartChild } from "./run/command";
import type { ToldEvent } from "./run/event";
import type { HalfState, Part, RunState } from "./run/state";
import type { Named, Transition } from "./run/transition";

/** The commands that follow from `transitions`, which led from `before` to `state`. */
export function commandsOf(
  saga: Saga,
  before: RunState | null,
  state: RunState,
  transitions: readonly Transition[],
): readonly Command[] {
  const commands: Command[] = [];
  for (const t of transitions) {
    if (t.type === "StepStarted") commands.push(...begin(saga, state, t));
    else if (t.type === "CompensationStarted") commands.push(...invoke(saga, state, t, "compensation"));
    else if (t.type === "ProbeStarted") commands.push(...invoke(saga, state, t, "probe"));
    else if (t.type === "EventHeard" && t.by !== undefined && t.event.source === saga.type)
      commands.push(said(saga, state, t.event));
    else if (t.type === "RunCompleted") commands.push(publish(saga, state, "Completed"));
    else if (t.type === "RunFailed")
      commands.push(publish(saga, state, isUnwoundOnPurpose(before, transitions) ? "Unwound" : "Failed"));
  }
  commands.push(...childCommands({ saga, before, state, transitions }));
  return commands;
}

/** An end that was told before is never told again as a failure (U6); a reopened run ends like any other (U7). */
function isUnwoundOnPurpose(before: RunState | null, transitions: readonly Transition[]): boolean {
  if (before === null) return false;
  if (transitions.some((t) => t.type === "RunCompleted")) return true;
  return before.endedAt === null
    ? before.unwind?.afterEnd === true
    : !transitions.some((t) => t.type === "RunReopened");
}

/** The calls whose intent is committed and whose reply is still awaited: a new owner sends them again, same key. */
export function openCommands(saga: Saga, state: RunState): readonly (InvokeCommand | StartChild)[] {
  return state.steps.flatMap((s, index): readonly (InvokeCommand | StartChild)[] => {
    const units = s.items ? s.items.map((_, item) => ({ step: s.id, item })) : [{ step: s.id }];
    if (saga.steps[index]?.kind === "saga") {
      const open = s.action.open !== null && !s.action.open.accepted;
      return open ? [startChild(subject(saga, state, { step: s.id }), state.unwind?.phase === "running")] : [];
    }
    return units.flatMap((named) => {
      const { work } = subject(saga, state, named);
      const part: Part | null = isSendable(work.action)
        ? "action"
        : isSendable(work.undo)
          ? "compensation"
          : work.probe && isSendable(work.probe)
            ? "probe"
            : null;
      return part === null ? [] : invoke(saga, state, named, part).map((c) => ({ ...c, again: true as const }));
    });
  });
}

/** What was taken by the service is not asked again: its reply comes by another way (F6). */
function isSendable(half: HalfState): boolean {
  return half.open !== null && !half.open.accepted;
}

function subject(saga: Saga, state: RunState, named: Named): Subject {
  return subjectOf(saga, state, placeOf(saga, named));
}

function placeOf(saga: Saga, { step, item }: Named): Place {
  return { index: saga.indexOf.get(step) ?? -1, item: item ?? null };
}

function begin(saga: Saga, state: RunState, named: Named): readonly Command[] {
  const about = subject(saga, state, named);
  // An unwind that began in the same decision took the intent back (U1).
  if (about.work.action.open === null) return [];
  return about.spec.kind === "saga" ? [startChild(about, false)] : invoke(saga, state, named, "action");
}

/** Empty where the step is undone by its child's unwind, which is a word between runs and no call. */
function invoke(saga: Saga, state: RunState, named: Named, part: Part): readonly InvokeCommand[] {
  // Services that are only watched act by themselves.
  if (saga.choreography?.mode === "observe") return [];
  const about = subject(saga, state, named);
  const { spec, work } = about;
  const command = spec[part];
  const now = part === "action" ? work.action : part === "compensation" ? work.undo : work.probe;
  if (command === null || now === null) return [];
  return [
    {
      type: "InvokeCommand",
      run: state.id,
      saga: saga.type,
      step: spec.id,
      ...(named.item === undefined ? {} : { item: named.item }),
      half: part,
      attempt: now.attempt,
      generation: part === "probe" ? work.action.generation : now.generation,
      key: keyOf(about, part === "compensation" ? "compensation" : "action"),
      service: command.service,
      command: command.command,
      input: inputOf(about, part),
      timeoutAt: now.open?.timeoutAt ?? state.updatedAt,
      ...eventWithin(saga, state, named, part),
      http: command.http && { method: command.http.method, path: now.path ?? `/${command.command}` },
    },
  ];
}

/** A service that has the command may take longer than the call, if it is an event that is waited for. */
function eventWithin(saga: Saga, state: RunState, named: Named, part: Part): Pick<InvokeCommand, "eventWithin"> {
  if (saga.choreography === null || part === "probe") return {};
  const place = placeOf(saga, named);
  return awaitsEvent(saga, state, place, part)
    ? { eventWithin: reactionAt(saga, state, place, part)?.within ?? null }
    : {};
}

/** What a reaction says, told to the world as it was heard here. */
function said(saga: Saga, state: RunState, { id, type, data }: ToldEvent): PublishEvent {
  return { type: "PublishEvent", run: state.id, saga: saga.type, event: type, data, id };
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
