"use client";
import { Zap } from "lucide-react";
import { isJsonObject } from "@/engine/json";
import { previewTemplate } from "../../document/preview";
import { previewCorrelation } from "../../document/preview-event";
import { cardOf } from "../../document/problems";
import { ChoiceField } from "../../fields/choice-field";
import { EventsField } from "../../fields/events-field";
import { ExpressionField } from "../../fields/expression-field";
import { JsonField } from "../../fields/json-field";
import { DurationField, TextField } from "../../fields/text-field";
import { useDesigner } from "../../state/designer-context";
import { PanelHeader, Part } from "../panel-header";
import { StepProblems } from "../step-problems";

const modes = [
  {
    value: "drive",
    label: "Drive",
    meaning: "Saga Studio hears the events and sends the commands that the reactions say.",
  },
  {
    value: "observe",
    label: "Observe",
    meaning:
      "Nothing is sent. Your services react by themselves; Saga Studio follows the events, and asks a person when one is missing, nobody expected it, or something was not undone.",
  },
] as const;

/** The choreography as a whole: who acts, which events belong together, what begins and ends a run. */
export function ChoreographyInspector() {
  const { document, change, problems } = useDesigner();
  const own = problems.filter((problem) => cardOf(document, problem) === undefined);
  const { correlation, exposure, starts, ends } = document;
  const setEnds = (part: "completed" | "failed", types: readonly string[]) =>
    change({
      type: "set-saga",
      field: "ends",
      value: { completed: ends?.completed ?? [], failed: ends?.failed ?? [], [part]: [...types] },
    });
  return (
    <>
      <PanelHeader icon={Zap} title="Choreography" aside={<code className="font-mono">{document.saga}</code>} />
      <div className="flex min-h-0 flex-1 flex-col gap-5 overflow-y-auto p-4">
        <StepProblems problems={own} />
        <TextField
          label="Title"
          value={document.title}
          maxLength={120}
          placeholder={document.saga}
          onChange={(value) => change({ type: "set-saga", field: "title", value }, "title")}
        />
        <ChoiceField
          label="Mode"
          value={document.mode ?? "drive"}
          options={modes}
          onChange={(value) => change({ type: "set-saga", field: "mode", value })}
        />
        <Part title="A run">
          <ExpressionField
            label="Correlation"
            value={correlation}
            placeholder="${event.data.order_id}"
            writing="template"
            place={{ kind: "correlation" }}
            preview={correlation ? previewCorrelation(document) : null}
            hint="Which run an event belongs to: the key that all of its events share. Reads the event only."
            onChange={(value) => change({ type: "set-saga", field: "correlation", value: value ?? "" }, "correlation")}
          />
          <TextField
            label="Starts with"
            mono
            value={starts}
            maxLength={200}
            placeholder="OrderCreated"
            hint="The event that begins a run. To rename it everywhere, choose its card on the canvas."
            onChange={(value) => change({ type: "set-saga", field: "starts", value: value ?? "" }, "starts")}
          />
          <EventsField
            label="Ends well with"
            value={ends?.completed ?? []}
            onChange={(types) => setEnds("completed", types)}
            hint="Any of them ends the run completed."
          />
          <EventsField
            label="Ends failed with"
            value={ends?.failed ?? []}
            onChange={(types) => setEnds("failed", types)}
            hint="Any of them ends the run failed, once what is owed an undo was undone."
          />
        </Part>
        <Part title="Time and stakes">
          <ExpressionField
            label="At stake"
            value={exposure}
            placeholder="${data.total_amount}"
            writing="template"
            place={{ kind: "saga" }}
            preview={exposure ? previewTemplate(document, exposure) : null}
            hint="A number: what is half done while the run is. Reads the first event's data."
            onChange={(value) => change({ type: "set-saga", field: "exposure", value }, "exposure")}
          />
          <DurationField
            label="Deadline of a run"
            value={document.deadline}
            placeholder="none"
            hint="From its start; past it, a person is asked: nobody is in charge who could stop the others."
            onChange={(value) => change({ type: "set-saga", field: "deadline", value }, "deadline")}
          />
        </Part>
        <Part title="The first event">
          <JsonField
            label="Sample"
            value={document.sample}
            placeholder={'{ "order_id": "o-17" }'}
            hint={`An example of the data of ${starts || "the first event"}, for previews and the start form.`}
            onChange={(value) => change({ type: "set-saga", field: "sample", value }, "sample")}
          />
          <JsonField
            label="Schema"
            value={document.input}
            placeholder={'{ "type": "object", "properties": { } }'}
            hint="JSON Schema of that data; starts by hand are checked against it."
            check={(value) => (value === undefined || isJsonObject(value) ? null : "A schema is an object.")}
            onChange={(value) =>
              change({ type: "set-saga", field: "input", value: isJsonObject(value) ? value : undefined }, "input")
            }
          />
        </Part>
      </div>
    </>
  );
}
