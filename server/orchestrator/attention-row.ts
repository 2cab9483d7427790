/** What a run's row says of what is wrong, so that a list tells it without the run's log: titles, not ids, and why. */
import type { RunState, Saga } from "@/engine";
import { errorBehind } from "@/engine/error-behind";
import { toStorable } from "./storable";

/** As the API shows it: `[{ reason, step, title, error, since }]`, since in ISO 8601. */
export function attentionOf(saga: Saga, state: RunState): string {
  if (state.attention.length === 0) return "[]";
  return toStorable(
    state.attention.map((need) => {
      const title = titleOf(saga, need.step);
      const error = errorBehind(state, need);
      return {
        ...need,
        since: new Date(need.since).toISOString(),
        ...(title === undefined ? {} : { title }),
        ...(error ? { error: { code: error.code, message: error.message } } : {}),
      };
    }),
  ).text;
}

/** The failure that began the unwind, with the title of its step. */
export function errorOf(saga: Saga, { error }: RunState): string | null {
  if (error === null) return null;
  const title = titleOf(saga, error.step);
  return toStorable({ ...error, ...(title === undefined ? {} : { title }) }).text;
}

function titleOf({ steps, indexOf }: Saga, step: string | null): string | undefined {
  return step === null ? undefined : steps[indexOf.get(step) ?? -1]?.title;
}
