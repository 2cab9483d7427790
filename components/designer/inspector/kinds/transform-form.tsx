"use client";
import { Plus, X } from "lucide-react";
import type { StepOf } from "@/components/canvas/step-kind";
import { Button } from "@/components/ui/button";
import type { Json, JsonObject } from "@/engine/json";
import { freeId } from "../../changes/free-id";
import { previewTemplate } from "../../document/preview";
import { ExpressionField } from "../../fields/expression-field";
import { useDesigner } from "../../state/designer-context";
import { FailureField } from "../failure-field";
import { ValueName } from "./value-name";

/** The values that later steps read as this one's result: a name and an expression each. */
export function TransformForm({ step }: { step: StepOf<"transform"> }) {
  const { change, readOnly } = useDesigner();
  const entries = Object.entries(step.set);
  const names = entries.map(([name]) => name);
  const write = (next: readonly (readonly [string, Json])[], merge?: string) =>
    change(
      { type: "set-field", step: step.id, field: "set", value: Object.fromEntries(next) as JsonObject },
      merge && `set ${merge} ${step.id}`,
    );
  return (
    <>
      <ul aria-label="Values" className="flex flex-col gap-4">
        {entries.map(([name, value], index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a value that is renamed stays the same row
          <li key={index} className="flex flex-col gap-1.5 rounded-md border p-3">
            <div className="flex items-end gap-2">
              <ValueName
                value={name}
                taken={names}
                onChange={(next) => write(entries.with(index, [next, value]), `name ${index}`)}
              />
              {!readOnly && (
                <Button
                  variant="ghost"
                  size="icon"
                  aria-label={`Remove ${name}`}
                  onClick={() => write(entries.toSpliced(index, 1))}
                >
                  <X aria-hidden />
                </Button>
              )}
            </div>
            <ValueField
              step={step.id}
              name={name}
              value={value}
              onChange={(next) => write(entries.with(index, [name, next]), `value ${index}`)}
            />
          </li>
        ))}
      </ul>
      {!readOnly && (
        <Button className="self-start" onClick={() => write([...entries, [freeId(new Set(names), "value"), ""]])}>
          <Plus aria-hidden /> Add a value
        </Button>
      )}
      <FailureField step={step} label="When it cannot be worked out" />
    </>
  );
}

type ValueFieldProps = { step: string; name: string; value: Json; onChange: (value: Json) => void };

function ValueField({ step, name, value, onChange }: ValueFieldProps) {
  const { document } = useDesigner();
  return (
    <ExpressionField
      label={`Value of ${name}`}
      value={writeValue(value)}
      placeholder="${data.total}"
      writing="template"
      place={{ kind: "step", step }}
      preview={value === "" ? null : previewTemplate(document, value)}
      onChange={(text) => onChange(readValue(text ?? ""))}
    />
  );
}

/** A text is written as it is, unless it would be read as another kind of value; all else is JSON. */
const writeValue = (value: Json): string =>
  typeof value === "string" && readValue(value) === value ? value : JSON.stringify(value);

/** A number, a list, an object and the like are written as JSON; anything else is a text that may hold `${…}`. */
function readValue(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
