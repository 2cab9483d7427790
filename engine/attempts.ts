/** Attempts of an action, of a step or of one item: sent, tried again, asked about, given up (engine.md F3, F4, F11). */
import { defaultInput, inputTemplateOf, partContext, renderFor, renderPath, subjectOf } from "./context";
import type { CommandSpec } from "./definition/saga";
import type { Draft, Place } from "./draft";
import type { Json } from "./json";
import { deliveryOf, doubtsOf, endsUnknown, leavesUnknown, nextAttemptAt } from "./retry";
import type { Failure } from "./run/event";
import { isInDoubt, type Part, type StepError } from "./run/state";

type Sent =
  | { readonly ok: true; readonly input?: Json; readonly path?: string }
  | { readonly ok: false; readonly error: StepError };

/** What a part of a step is sent and where to, or why that cannot be made. Left out: the default, or as before. */
export function render(draft: Draft, place: Place, part: Part, given?: Json): Sent {
  const subject = subjectOf(draft.saga, draft.state, place);
  const command = subject.spec[part];
  if (command === null) return { ok: true };
  const template = inputTemplateOf(subject, part);
  const context = template || command.http ? partContext(subject, part) : null;
  const path = renderPath(command.http, context);
  if (!path.ok) return path;
  const at = path.value === undefined ? {} : { path: path.value };
  if (given !== undefined) return { ok: true, input: given, ...at };
  // What a reaction is sent by default is in the log: events that come later do not change it.
  if (!template && subject.saga.choreography) return { ok: true, input: defaultInput(subject, part), ...at };
  if (!template || !context) return { ok: true, ...at };
  const rendered = renderFor(template, context);
  return rendered.ok ? { ok: true, input: rendered.value, ...at } : rendered;
}

export type SendOptions = { readonly generation?: number; readonly input?: Json };

/** Sends the first attempt of an action's generation; an input that cannot be made is answered, for the step to fail. */
export function sendAction(draft: Draft, place: Place, options: SendOptions): StepError | null {
  const { action } = draft.work(place);
  const sent = render(draft, place, "action", options.input ?? action.input);
  if (!sent.ok) return sent.error;
  const generation = options.generation ?? action.generation;
  const { input, path } = sent;
  draft.record({
    type: "StepStarted",
    ...draft.named(place),
    attempt: generation === action.generation ? action.attempt + 1 : 1,
    generation,
    timeoutAt: draft.at + commandOf(draft, place, "action").timeout,
    ...(input !== undefined && input !== action.input ? { input } : {}),
    ...(path === undefined ? {} : { path }),
  });
  return null;
}

/** Sends the next attempt under the same key. `fresh`: a person asked, and the policy counts anew. */
export function retryAction(draft: Draft, place: Place, fresh: boolean): void {
  const { action } = draft.work(place);
  draft.record({
    type: "StepStarted",
    ...draft.named(place),
    attempt: action.attempt + 1,
    generation: action.generation,
    timeoutAt: draft.at + commandOf(draft, place, "action").timeout,
    ...(fresh ? { fresh: true as const } : {}),
  });
}

/** Schedules the next attempt of an action, if its policy has one left and the run has not begun to unwind. */
export function isTriedAgain(draft: Draft, place: Place, outcome: Failure): boolean {
  const { action } = draft.work(place);
  const policy = draft.spec(place.index).action?.retry;
  if (outcome.kind === "terminal" || !policy || isStopping(draft, place, outcome)) return false;
  const retry = { run: draft.state.id, ...draft.named(place), half: "action", state: action } as const;
  const retryAt = nextAttemptAt(policy, retry, draft.at, outcome);
  if (retryAt === null) return false;
  const unsettled = outcome.kind === "unknown";
  draft.record({
    type: "StepRetryScheduled",
    ...draft.named(place),
    attempt: action.attempt,
    error: outcome.error,
    retryAt,
    unsettled,
    ...(!unsettled && leavesUnknown(outcome) ? { inDoubt: true as const } : {}),
    ...deliveryOf(outcome),
  });
  return true;
}

/** No retry in an unwind (U1), nor while a stop waits for a pivot that is known not to have happened (U5). */
function isStopping(draft: Draft, place: Place, outcome: Failure): boolean {
  if (draft.state.unwind?.phase !== "requested") return draft.state.unwind !== null;
  return !leavesUnknown(outcome) && !isInDoubt(draft.work(place).action);
}

// -------------------------------------------------------------------- probe

/** Asks the service what an action did whose attempts are spent (F11). False: there is nothing to ask, or no way. */
export function isAskedAbout(draft: Draft, place: Place, outcome: Failure): boolean {
  const { action, probe } = draft.work(place);
  if (draft.spec(place.index).probe === null || probe?.open) return false;
  if (!endsUnknown(action, outcome)) return false;
  const after = { error: outcome.error, ...doubtsOf(action, outcome) };
  return draft.state.paused ? putProbeOff(draft, place, after) : startProbe(draft, place, after);
}

type After = { readonly error: StepError; readonly unsettled: boolean; readonly inDoubt?: true };

/** While the run is paused nothing is sent: the question is due on resume. */
function putProbeOff(draft: Draft, place: Place, after: After): true {
  const attempt = draft.work(place).probe?.attempt ?? 0;
  const { error } = after;
  draft.record({ type: "ProbeRetryScheduled", ...draft.named(place), attempt, error, retryAt: draft.at, after });
  return true;
}

/** False: the question cannot be made, so nobody can be asked. */
function startProbe(draft: Draft, place: Place, after: After | null): boolean {
  const sent = render(draft, place, "probe");
  if (!sent.ok) return false;
  const { input, path } = sent;
  draft.record({
    type: "ProbeStarted",
    ...draft.named(place),
    attempt: (draft.work(place).probe?.attempt ?? 0) + 1,
    timeoutAt: draft.at + commandOf(draft, place, "probe").timeout,
    ...(input === undefined ? {} : { input }),
    ...(path === undefined ? {} : { path }),
    ...(after ? { after } : {}),
  });
  return true;
}

/** Answers whether the question could be made. */
export function retryProbe(draft: Draft, place: Place): boolean {
  return startProbe(draft, place, null);
}

/** Schedules the next question, if its policy has one left. */
export function isAskedAgain(draft: Draft, place: Place, outcome: Failure): boolean {
  const { probe } = draft.work(place);
  if (outcome.kind === "terminal" || probe === null) return false;
  const retry = { run: draft.state.id, ...draft.named(place), half: "probe", state: probe } as const;
  const retryAt = nextAttemptAt(commandOf(draft, place, "probe").retry, retry, draft.at, outcome);
  if (retryAt === null) return false;
  const { attempt } = probe;
  const why = { error: outcome.error, ...deliveryOf(outcome) };
  draft.record({ type: "ProbeRetryScheduled", ...draft.named(place), attempt, ...why, retryAt });
  return true;
}

function commandOf(draft: Draft, place: Place, part: Part): CommandSpec {
  const command = draft.spec(place.index)[part];
  if (command === null) throw new Error(`${draft.spec(place.index).id} has no ${part}`);
  return command;
}
