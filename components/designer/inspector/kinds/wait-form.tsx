"use client";
import type { StepOf } from "@/components/canvas/step-kind";
import { parseInstant } from "@/engine/expression/expression";
import { previewDuration, previewInstant } from "../../document/preview-time";
import { readDuration } from "../../document/read-duration";
import { ChoiceField } from "../../fields/choice-field";
import { ExpressionField } from "../../fields/expression-field";
import { useDesigner } from "../../state/designer-context";
import { FailureField } from "../failure-field";

const modes = [
  { value: "for", label: "For a while", meaning: "Counted from when the step begins. A year is fine." },
  { value: "until", label: "Until an instant", meaning: "An instant that is past is no wait at all." },
] as const;

type Mode = (typeof modes)[number]["value"];

const DAY_MS = 86_400_000;

/** How long to wait: a duration, or until when. */
export function WaitForm({ step }: { step: StepOf<"wait"> }) {
  const { document, change } = useDesigner();
  const mode: Mode = step.until === undefined ? "for" : "until";
  const set = (field: Mode, value: string | undefined) =>
    change({ type: "set-field", step: step.id, field, value }, `wait ${step.id}`);
  const choose = (next: Mode) => {
    if (next === mode) return;
    set(mode, undefined);
    set(next, next === "for" ? "PT1H" : `${new Date(Date.now() + DAY_MS).toISOString().slice(0, 16)}:00Z`);
  };
  const written = step[mode];
  const field = {
    place: { kind: "step", step: step.id },
    writing: "template",
    value: written,
    onChange: (value: string | undefined) => set(mode, value),
  } as const;
  return (
    <>
      <ChoiceField label="It waits" value={mode} options={modes} onChange={choose} />
      {mode === "for" ? (
        <ExpressionField
          {...field}
          key="for"
          label="For"
          placeholder="PT1H"
          read={readSpan}
          preview={written ? previewDuration(document, written) : null}
          hint="30s, 5 min, 2 d, PT1H; or an expression that gives a duration."
        />
      ) : (
        <ExpressionField
          {...field}
          key="until"
          label="Until"
          placeholder="${data.pickup_at}"
          read={readInstant}
          preview={written ? previewInstant(document, written) : null}
          hint="An expression that gives an instant, or one such as 2026-12-24T18:00:00Z."
        />
      )}
      <FailureField step={step} label="When the time cannot be told" />
    </>
  );
}

function readSpan(text: string) {
  if (text === "" || text.includes("${")) return { value: text || undefined };
  const iso = readDuration(text);
  return iso ? { value: iso } : { problem: "Such as 30s, 5 min, 2 d or PT5M, or an expression in ${…}." };
}

function readInstant(text: string) {
  if (text === "" || text.includes("${") || parseInstant(text) !== null) return { value: text || undefined };
  return { problem: "Such as 2026-12-24T18:00:00Z, or an expression in ${…}." };
}
