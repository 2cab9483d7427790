"use client";
import { formatDuration } from "@/components/ui/format";
import { defaultRetry, defaultTimeout } from "@/engine/definition/defaults";
import type { StepDocument } from "@/engine/definition/document";
import { parseDuration } from "@/engine/definition/duration";
import type { CommandFields } from "@/engine/definition/fields";
import type { RetryPolicy } from "@/engine/definition/saga";
import type { Half } from "../changes/change";
import { withoutEmpty } from "../document/patch-half";
import { AttemptsPicture } from "../fields/attempts-picture";
import { ChoiceField } from "../fields/choice-field";
import { DurationField, NumberField } from "../fields/text-field";
import { useDesigner } from "../state/designer-context";
import { useHalf } from "./half-fields";
import { Part } from "./panel-header";

const failureOptions = [
  { value: "compensate", label: "Compensate", meaning: "The run unwinds: what was done is undone." },
  { value: "hold", label: "Hold", meaning: "The run waits for a person; siblings go on." },
  { value: "continue", label: "Continue", meaning: "The run goes on without this step." },
] as const;

const thenWords = { compensate: "then undo", hold: "then hold", continue: "then go on" } as const;

/** How long each half is waited for, how often it is tried, and what happens when that was not enough. */
export function ReliabilityTab({ step }: { step: StepDocument }) {
  const { change } = useDesigner();
  const onFailure = step.onFailure ?? "compensate";
  return (
    <>
      <Part title="Action">
        <RetryFields
          step={step}
          half="action"
          then={onFailure === "compensate" && step.class === "retriable" ? "then hold" : thenWords[onFailure]}
        />
        <ChoiceField
          label="When it fails"
          value={onFailure}
          options={failureOptions}
          onChange={(value) => change({ type: "set-field", step: step.id, field: "onFailure", value })}
        />
      </Part>
      {step.compensation !== undefined && (
        <Part title="Compensation">
          <RetryFields
            step={step}
            half="compensation"
            then={step.onCompensationFailure === "continue" ? "then go on" : "then hold"}
          />
        </Part>
      )}
    </>
  );
}

function RetryFields({ step, half, then }: { step: StepDocument; half: Half; then: string }) {
  const { fields, patch } = useHalf({ step, half });
  const fallback = defaultRetry[half];
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
          placeholder={formatDuration(fallback.initial).replace(".0 ", " ")}
          onChange={(initial) => set({ initial })}
        />
        <DurationField
          label="Longest wait"
          value={retry?.max}
          placeholder={formatDuration(fallback.max)}
          onChange={(max) => set({ max })}
        />
        <DurationField
          label="Gives up after"
          value={retry?.maxElapsed}
          placeholder={formatDuration(fallback.maxElapsed)}
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
        placeholder={formatDuration(defaultTimeout)}
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
