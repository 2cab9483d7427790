import { momentWords, spanWords } from "@/components/canvas/when-words";
import type { SagaDocument } from "@/engine/definition/document";
import { parseDuration } from "@/engine/definition/duration";
import { parseInstant } from "@/engine/expression/expression";
import { type Preview, previewTemplate } from "./preview";

/** What an expression that gives a duration gives for the sample, as people say it. */
export const previewDuration = (document: SagaDocument, template: string): Preview =>
  inWords(previewTemplate(document, template), parseDuration, spanWords, "a duration such as PT1H");

/** The same for an instant. */
export const previewInstant = (document: SagaDocument, template: string): Preview =>
  inWords(previewTemplate(document, template), parseInstant, momentWords, "an instant such as 2026-12-24T18:00:00Z");

function inWords(
  preview: Preview,
  read: (text: string) => number | null,
  write: (ms: number) => string,
  expected: string,
): Preview {
  if (!preview.ok) return preview;
  const { value, guessed } = preview;
  const ms = typeof value === "string" ? read(value) : null;
  if (ms !== null) return { ok: true, value: write(ms), guessed };
  const given = JSON.stringify(value)?.slice(0, 60);
  return guessed
    ? { ok: false, wrong: false, message: "It reads what only a run can answer." }
    : { ok: false, wrong: true, message: `For the sample it gives ${given}; expected ${expected}.` };
}
