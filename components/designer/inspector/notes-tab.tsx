"use client";
import { Field } from "@/components/ui/field";
import { Textarea } from "@/components/ui/textarea";
import type { StepDocument } from "@/engine/definition/document";
import { useDesigner } from "../state/designer-context";

/** For whoever reads the definition next. */
export function NotesTab({ step }: { step: StepDocument }) {
  const { change } = useDesigner();
  return (
    <Field label="Notes" hint="For the reader of the definition; runs ignore them.">
      <Textarea
        rows={12}
        maxLength={4000}
        value={step.notes ?? ""}
        placeholder="Why it is done this way, whom to call, what to look at when it fails"
        onChange={(event) =>
          change({ type: "set-field", step: step.id, field: "notes", value: event.target.value }, `notes ${step.id}`)
        }
      />
    </Field>
  );
}
