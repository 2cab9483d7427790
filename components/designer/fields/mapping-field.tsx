"use client";
import { parse, stringify } from "yaml";
import { parseTemplate } from "@/engine/expression/expression";
import type { Json } from "@/engine/json";
import { namesOf, type Place } from "../document/place";
import type { Preview } from "../document/preview";
import { useDesigner } from "../state/designer-context";
import { MiniEditor } from "./mini-editor";
import { PreviewBox } from "./preview-box";
import { useExpressionExtensions } from "./use-expression-extensions";
import { useTyped } from "./use-typed";

type MappingFieldProps = {
  label: string;
  value: Json | undefined;
  onChange: (value: Json | undefined) => void;
  place: Place;
  preview: Preview;
  /** What is sent when nothing is written. */
  fallback: string;
};

/** What a command is sent: YAML whose strings may hold `${…}`, and below it what that gives for the sample. */
export function MappingField({ label, value, onChange, place, preview, fallback }: MappingFieldProps) {
  const { document, readOnly } = useDesigner();
  const extensions = useExpressionExtensions(place, "template");
  const names = namesOf(document, place);
  const read = (text: string) => readMapping(text, names);
  const typed = useTyped<Json | undefined>({ value, onChange, write: writeMapping, read });
  return (
    <div className="flex flex-col gap-2">
      <MiniEditor
        label={label}
        aside={value === undefined ? "default" : undefined}
        value={typed.text}
        onChange={typed.type}
        extensions={extensions}
        readOnly={readOnly}
        placeholder={fallback}
        error={typed.problem}
      />
      {typed.problem === null && <PreviewBox preview={preview} />}
    </div>
  );
}

const writeMapping = (value: Json | undefined) =>
  value === undefined ? "" : stringify(value, { lineWidth: 0 }).trimEnd();

/** Text as a mapping: nothing means the default. `names`: what its expressions read besides the usual. */
function readMapping(text: string, names: readonly string[]): { value: Json | undefined } | { problem: string } {
  if (text.trim() === "") return { value: undefined };
  try {
    const value: Json = parse(text, { maxAliasCount: 20, prettyErrors: false });
    const template = parseTemplate(value, names);
    return template.ok ? { value } : { problem: template.problems[0]?.message ?? "Not a mapping." };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : "Not readable as YAML." };
  }
}
