"use client";
import { spanWords } from "@/components/canvas/when-words";
import { defaultRetry, defaultTimeout } from "@/engine/definition/defaults";
import { parseDuration } from "@/engine/definition/duration";
import type { CommandFields } from "@/engine/definition/fields";
import type { RetryPolicy } from "@/engine/definition/saga";
import type { Part } from "@/engine/run/state";
import { withoutEmpty } from "../document/patch-command";
import { AttemptsPicture } from "../fields/attempts-picture";
import { DurationField, NumberField } from "../fields/text-field";
import { type CallingStep, type CommandEditor, useCommand } from "./command-fields";

/** How often a command is tried, and how long each attempt is waited for. `then`: what comes when they are spent. */
export function StepRetryFields({ step, part, then }: { step: CallingStep; part: Part; then: string }) {
  return <RetryFields command={useCommand({ step, part })} part={part} then={then} />;
}

/** The same of any command. */
export function RetryFields({ command, part, then }: { command: CommandEditor; part: Part; then: string }) {
  const { fields, patch } = command;
  const fallback = defaultRetry[part === "compensation" ? "compensation" : "action"];
  const set = (retry: NonNullable<CommandFields["retry"]>) =>
    patch({ retry: withoutEmpty({ ...fields.retry, ...retry }) }, `retry ${Object.keys(retry).join()}`);
  const { retry } = fields;
  return (
    <>
      <AttemptsPicture policy={policyOf(retry, fallback)} then={then} />
      <div className="grid grid-cols-2 gap-3">
        <NumberField
          label="Attempts"
          whole
          min={1}
          max={100}
          value={retry?.attempts}
          placeholder={String(fallback.attempts)}
          onChange={(attempts) => set({ attempts })}
        />
        <NumberField
          label="Factor"
          min={1}
          max={10}
          value={retry?.factor}
          placeholder={String(fallback.factor)}
          onChange={(factor) => set({ factor })}
        />
        <DurationField
          label="First wait"
          value={retry?.initial}
          placeholder={spanWords(fallback.initial)}
          onChange={(initial) => set({ initial })}
        />
        <DurationField
          label="Longest wait"
          value={retry?.max}
          placeholder={spanWords(fallback.max)}
          onChange={(max) => set({ max })}
        />
        <DurationField
          label="Gives up after"
          value={retry?.maxElapsed}
          placeholder={spanWords(fallback.maxElapsed)}
          onChange={(maxElapsed) => set({ maxElapsed })}
        />
        <NumberField
          label="Jitter"
          min={0}
          max={1}
          value={retry?.jitter}
          placeholder={String(fallback.jitter)}
          onChange={(jitter) => set({ jitter })}
        />
      </div>
      <DurationField
        label="Time-out of one attempt"
        value={fields.timeout}
        placeholder={spanWords(defaultTimeout)}
        hint="From dispatch to reply; past it, nobody knows whether it happened."
        onChange={(timeout) => patch({ timeout }, "timeout")}
      />
    </>
  );
}

function policyOf(retry: CommandFields["retry"], fallback: RetryPolicy): RetryPolicy {
  const span = (text: string | undefined, other: number) =>
    text === undefined ? other : (parseDuration(text) ?? other);
  return {
    attempts: retry?.attempts ?? fallback.attempts,
    initial: span(retry?.initial, fallback.initial),
    factor: retry?.factor ?? fallback.factor,
    max: span(retry?.max, fallback.max),
    jitter: retry?.jitter ?? fallback.jitter,
    maxElapsed: span(retry?.maxElapsed, fallback.maxElapsed),
  };
}
