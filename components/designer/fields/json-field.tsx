"use client";
import { json } from "@codemirror/lang-json";
import type { Json } from "@/engine/json";
import { useDesigner } from "../state/designer-context";
import { MiniEditor } from "./mini-editor";
import { useTyped } from "./use-typed";

type JsonFieldProps = {
  label: string;
  value: Json | undefined;
  onChange: (value: Json | undefined) => void;
  placeholder?: string;
  hint?: string;
  /** What is wrong with a value that is JSON. */
  check?: (value: Json | undefined) => string | null;
};

const extensions = [json()];

/** A JSON value as text; empty means the document does not say it. */
export function JsonField({ label, value, onChange, placeholder, hint, check }: JsonFieldProps) {
  const { readOnly } = useDesigner();
  const typed = useTyped<Json | undefined>({
    value,
    onChange,
    write: (held) => (held === undefined ? "" : JSON.stringify(held, null, 2)),
    read: (text) => {
      const read = readJson(text);
      const problem = "value" in read ? check?.(read.value) : null;
      return problem ? { problem } : read;
    },
  });
  return (
    <MiniEditor
      label={label}
      value={typed.text}
      onChange={typed.type}
      extensions={extensions}
      readOnly={readOnly}
      {...(placeholder ? { placeholder } : {})}
      error={typed.problem}
      hint={hint}
    />
  );
}

function readJson(text: string): { value: Json | undefined } | { problem: string } {
  if (text.trim() === "") return { value: undefined };
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : "Not readable as JSON." };
  }
}
