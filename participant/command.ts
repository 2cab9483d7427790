import type { Json, JsonObject } from "./json";

/** A command as a handler gets it, the same over every transport. */
export type Command<Input = JsonObject> = {
  readonly service: string;
  readonly command: string;
  /** Opaque, and the same on every attempt. */
  readonly key: string;
  /** The run and the step that ask; null: whoever called did not say. */
  readonly run: string | null;
  readonly step: string | null;
  /** Of a step for each item: which one, from 0. */
  readonly item: number | null;
  readonly attempt: number | null;
  readonly generation: number | null;
  readonly input: Input;
  /** What `later()` put off is done now: nobody is on the line any more. */
  readonly isLate: boolean;
};

/** What an undo gets: the command, and what the action answered that it undoes. */
export type Undo<Result> = Command & { readonly result: Result; readonly action: { readonly key: string } };

/** What `finish` gets: the command that was put off, and the note that was left with it. */
export type LateCommand<Input> = Command<Input> & { readonly note: Json };

type Numbers = { readonly item: number | null; readonly generation: number | null };

/** The item and the generation out of a key `run:step[:item]:generation:half`; of a key of another shape neither. */
export function numbersIn(key: string, run: string | null, step: string | null): Numbers {
  const nothing = { item: null, generation: null };
  if (run === null || step === null || !key.startsWith(`${run}:${step}:`)) return nothing;
  const match = /^(?:(\d{1,9}):)?(\d{1,9}):(?:action|compensation|probe)$/.exec(
    key.slice(run.length + step.length + 2),
  );
  if (!match) return nothing;
  return { item: match[1] === undefined ? null : Number(match[1]), generation: Number(match[2]) };
}

/** Commands of one scope are handled one at a time, so that an undo never slips past its action. */
export function scopeOf({ run, step, key }: Pick<Command, "run" | "step" | "key">): string {
  return run === null ? `key ${key}` : `step ${run} ${step ?? ""}`;
}

/** How a command is written in a message to people. */
export function nameOf({ service, command }: Pick<Command, "service" | "command">): string {
  return `${service}.${command}`;
}
