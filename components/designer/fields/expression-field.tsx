"use client";
import type { ReactNode } from "react";
import type { Place } from "../document/context-paths";
import type { Preview } from "../document/preview";
import type { Writing } from "../editor/path-completion";
import { useDesigner } from "../state/designer-context";
import { MiniEditor } from "./mini-editor";
import { useExpressionExtensions } from "./use-expression-extensions";

type ExpressionFieldProps = {
  label: string;
  value: string | undefined;
  onChange: (value: string | undefined) => void;
  place: Place;
  writing: Writing;
  preview: Preview | null;
  placeholder?: string;
  hint?: ReactNode;
};

/** One line of CEL, with completion, and what it gives for the sample. */
export function ExpressionField({
  label,
  value,
  onChange,
  place,
  writing,
  preview,
  placeholder,
  hint,
}: ExpressionFieldProps) {
  const { readOnly } = useDesigner();
  const extensions = useExpressionExtensions(place, writing);
  return (
    <MiniEditor
      label={label}
      value={value ?? ""}
      onChange={(text) => onChange(text.replaceAll("\n", " ").trim() === "" ? undefined : text)}
      extensions={extensions}
      readOnly={readOnly}
      oneLine
      {...(placeholder ? { placeholder } : {})}
      aside={preview?.ok ? `sample: ${short(preview.value)}` : undefined}
      error={preview && !preview.ok && preview.wrong ? preview.message : undefined}
      hint={preview && !preview.ok && !preview.wrong ? `No preview: ${preview.message}` : hint}
    />
  );
}

const short = (value: unknown) => {
  const text = JSON.stringify(value) ?? "";
  return text.length > 32 ? `${text.slice(0, 31)}…` : text;
};
