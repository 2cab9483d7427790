"use client";
import { stepTitle } from "@/components/canvas/canvas-model";
import type { StepOf } from "@/components/canvas/step-kind";
import { Field } from "@/components/ui/field";
import { Select } from "@/components/ui/select";
import { connectProblem } from "../../changes/edge-changes";
import { wayOfSample, waysOf } from "../../document/ways";
import { useDesigner } from "../../state/designer-context";
import { useEdits } from "../../state/use-edits";
import { FailureField } from "../failure-field";
import { Part } from "../panel-header";
import { WayRow } from "./way-row";

const NONE = "none";
const NEW = "new";

/** The ways out, asked from the first to the last, and which of them is taken when none says yes. */
export function DecisionForm({ step }: { step: StepOf<"decision"> }) {
  const { document, change, readOnly } = useDesigner();
  const { asking, otherwise } = waysOf(document, step.id);
  const ways = otherwise ? [...asking, otherwise] : asking;
  const sample = wayOfSample(document, step.id);
  const setOtherwise = (value: string) => {
    if (value !== NONE) change({ type: "set-otherwise", edge: Number(value), otherwise: true });
    else if (otherwise) change({ type: "set-otherwise", edge: otherwise.index, otherwise: false });
  };
  return (
    <>
      <Part title="Ways" aside="the first that is true is taken">
        {asking.length > 0 && (
          <ol aria-label="Ways, in the order they are asked" className="flex flex-col gap-3">
            {asking.map((way, at) => (
              <WayRow key={way.edge.to} way={way} turn={at + 1} of={asking.length} sampled={way.index === sample} />
            ))}
          </ol>
        )}
        {ways.length > 0 && (
          <Field
            label="Otherwise"
            aside={otherwise && otherwise.index === sample ? "the sample goes here" : undefined}
            hint={otherwise ? undefined : "When none of them is true, the decision fails."}
          >
            <Select
              value={otherwise ? String(otherwise.index) : NONE}
              disabled={readOnly}
              options={[
                ...ways.map(({ index, title }) => ({ value: String(index), label: title })),
                { value: NONE, label: "No way: it fails" },
              ]}
              onValueChange={setOtherwise}
            />
          </Field>
        )}
        {ways.length === 0 && <p className="text-ink-3 text-sm">It leads nowhere yet.</p>}
        {!readOnly && <AddWay id={step.id} />}
      </Part>
      <FailureField step={step} label="When no way fits" />
    </>
  );
}

/** Leads to a new step, or to one that is there and would close no circle. */
function AddWay({ id }: { id: string }) {
  const { document, change } = useDesigner();
  const edits = useEdits();
  const free = document.steps.filter((step) => connectProblem(document, id, step.id) === null);
  const add = (to: string) => {
    if (to === NEW) edits.add({ kind: "action" }, { after: id });
    else change({ type: "connect", from: id, to });
  };
  return (
    <Select
      aria-label="Add a way"
      placeholder="Add a way to…"
      value={undefined}
      options={[
        { value: NEW, label: "A new step" },
        ...free.map((step) => ({ value: step.id, label: stepTitle(step) })),
      ]}
      onValueChange={add}
    />
  );
}
