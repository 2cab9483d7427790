"use client";
import type { ReactNode } from "react";
import type { Place } from "../document/place";
import type { Preview } from "../document/preview";
import type { Writing } from "../editor/path-completion";
import { useDesigner } from "../state/designer-context";
import { MiniEditor } from "./mini-editor";
import { useExpressionExtensions } from "./use-expression-extensions";
import { useTyped } from "./use-typed";

type Read = (text: string) => { readonly value: string | undefined } | { readonly problem: string };

type ExpressionFieldProps = {
  label: string;
  value: string | undefined;
  onChange: (value: string | undefined) => void;
  place: Place;
  writing: Writing;
  preview: Preview | null;
  placeholder?: string;
  hint?: ReactNode;
  /** What a text that is no expression means, such as "5 min". */
  read?: Read;
};

const asWritten: Read = (text) => ({ value: text === "" ? undefined : text });

/** One line of CEL, with completion, and what it gives for the sample. */
export function ExpressionField(props: ExpressionFieldProps) {
  const { label, value, onChange, place, writing, preview, placeholder, hint, read = asWritten } = props;
  const { readOnly } = useDesigner();
  const extensions = useExpressionExtensions(place, writing);
  const typed = useTyped<string | undefined>({
    value,
    onChange,
    write: (held) => held ?? "",
    read: (text) => read(text.replaceAll("\n", " ").trim()),
  });
  const error = typed.problem ?? (preview && !preview.ok && preview.wrong ? preview.message : undefined);
  const unseen = preview && !preview.ok && !preview.wrong ? `No preview: ${preview.message}` : undefined;
  return (
    <MiniEditor
      label={label}
      value={typed.text}
      onChange={typed.type}
      extensions={extensions}
      readOnly={readOnly}
      oneLine
      {...(placeholder ? { placeholder } : {})}
      aside={preview?.ok && !error ? sampleWords(preview.value, writing, value) : undefined}
      error={error}
      hint={unseen ?? hint}
    />
  );
}

/** What a constant says in other words needs no sample. */
function sampleWords(result: unknown, writing: Writing, written: string | undefined): string | undefined {
  if (writing === "expression" || written?.includes("${")) return `sample: ${short(result)}`;
  return typeof result === "string" && result !== written ? result : undefined;
}

const short = (value: unknown) => {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  return text.length > 32 ? `${text.slice(0, 31)}…` : text;
};
