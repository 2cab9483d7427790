"use client";
import { Workflow } from "lucide-react";
import { Switch } from "@/components/ui/switch";
import { isJsonObject } from "@/engine/json";
import { previewTemplate } from "../document/preview";
import { ChoiceField } from "../fields/choice-field";
import { ExpressionField } from "../fields/expression-field";
import { JsonField } from "../fields/json-field";
import { DurationField, TextField } from "../fields/text-field";
import { useDesigner } from "../state/designer-context";
import { PanelHeader, Part } from "./panel-header";
import { StepProblems } from "./step-problems";

const orders = [
  { value: "graph", label: "Graph", meaning: "Independent branches unwind in parallel." },
  { value: "sequence", label: "One at a time", meaning: "Strictly one undo after the other, last finished first." },
] as const;

/** The saga itself: its name, what it is about, how long it may take, and its input. */
export function SagaInspector() {
  const { document, change, problems } = useDesigner();
  const own = problems.filter((problem) => problem.step === undefined && !problem.path.startsWith("/edges"));
  const { businessKey, exposure } = document;
  const place = { kind: "saga" } as const;
  return (
    <>
      <PanelHeader icon={Workflow} title="Saga" aside={<code className="font-mono">{document.saga}</code>} />
      <div className="flex min-h-0 flex-1 flex-col gap-5 overflow-y-auto p-4">
        <StepProblems problems={own} />
        <TextField
          label="Title"
          value={document.title}
          maxLength={120}
          placeholder={document.saga}
          onChange={(value) => change({ type: "set-saga", field: "title", value }, "title")}
        />
        <Part title="A run is about">
          <ExpressionField
            label="Business key"
            value={businessKey}
            placeholder="${data.order_id}"
            writing="template"
            place={place}
            preview={businessKey ? previewTemplate(document, businessKey) : null}
            hint="What people search a run by."
            onChange={(value) => change({ type: "set-saga", field: "businessKey", value }, "businessKey")}
          />
          <span className="flex items-center justify-between gap-3 text-sm">
            <span id="business-key-unique">Only one live run with the same key</span>
            <Switch
              aria-labelledby="business-key-unique"
              checked={document.businessKeyUnique ?? false}
              onCheckedChange={(on) => change({ type: "set-saga", field: "businessKeyUnique", value: on || undefined })}
            />
          </span>
          <ExpressionField
            label="At stake"
            value={exposure}
            placeholder="${data.total_amount}"
            writing="template"
            place={place}
            preview={exposure ? previewTemplate(document, exposure) : null}
            hint="A number: what is half done while the run is."
            onChange={(value) => change({ type: "set-saga", field: "exposure", value }, "exposure")}
          />
        </Part>
        <Part title="Time and order">
          <DurationField
            label="Deadline of a run"
            value={document.deadline}
            placeholder="none"
            hint="From its start; past it, the run unwinds."
            onChange={(value) => change({ type: "set-saga", field: "deadline", value }, "deadline")}
          />
          <ChoiceField
            label="Order of undos"
            value={document.undoOrder ?? "graph"}
            options={orders}
            onChange={(value) => change({ type: "set-saga", field: "undoOrder", value })}
          />
        </Part>
        <Part title="Input">
          <JsonField
            label="Schema"
            value={document.input}
            placeholder={'{ "type": "object", "properties": { } }'}
            hint="JSON Schema of a run's data; starts are checked against it, and the start form is made of it."
            check={(value) => (value === undefined || isJsonObject(value) ? null : "A schema is an object.")}
            onChange={(value) =>
              change({ type: "set-saga", field: "input", value: isJsonObject(value) ? value : undefined }, "input")
            }
          />
          <JsonField
            label="Sample"
            value={document.sample}
            placeholder={'{ "order_id": "o-17" }'}
            hint="An example of the data, for previews and the start form."
            onChange={(value) => change({ type: "set-saga", field: "sample", value }, "sample")}
          />
        </Part>
      </div>
    </>
  );
}
