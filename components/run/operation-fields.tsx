"use client";
import { Field, FieldError, Label } from "@/components/ui/field";
import { Segmented } from "@/components/ui/segmented";
import { Select } from "@/components/ui/select";
import { Textarea } from "@/components/ui/textarea";
import type { RunState } from "@/engine/run/state";
import { LazyJsonEditor } from "./lazy-json-editor";
import { needsStep, type Offer } from "./offers";
import { type FormErrors, inputText, type OperationForm, takesInput, takesResult } from "./operation-form";

type OperationFieldsProps = {
  form: OperationForm;
  onChange: (change: Partial<OperationForm>) => void;
  state: RunState;
  offer: Offer;
  titleOf: (step: string) => string;
  /** Shown once the person has tried to send. */
  errors: FormErrors;
};

/** What each operation asks for, and nothing more. */
export function OperationFields({ form, onChange, state, offer, titleOf, errors }: OperationFieldsProps) {
  const { operation, step } = form;
  return (
    <div className="flex flex-col gap-4">
      {needsStep(operation) && (
        <Field label="Step" error={errors.step}>
          <Select
            value={step ?? undefined}
            onValueChange={(next) => onChange({ step: next, input: null })}
            options={(offer.ok ? offer.steps : step ? [step] : []).map((id) => ({ value: id, label: titleOf(id) }))}
            placeholder="Choose a step…"
          />
        </Field>
      )}
      {takesInput(operation) && step && (
        <InputField form={form} onChange={onChange} state={state} step={step} error={errors.input} />
      )}
      {takesResult(operation) && (
        <JsonField
          label={operation === "skip" ? "Result to go on with" : "Result the step had"}
          hint="Later steps read it as this step's result."
          value={form.result}
          error={errors.result}
          onChange={(result) => onChange({ result })}
        />
      )}
      {operation === "fail" && (
        <div className="flex flex-col gap-1.5">
          <Label>Its effect</Label>
          <Segmented
            aria-label="Its effect"
            value={form.effect}
            onValueChange={(effect) => onChange({ effect })}
            options={[
              { value: "none", label: "It did not happen" },
              { value: "unknown", label: "Nobody knows" },
            ]}
          />
        </div>
      )}
      {operation === "markCompensated" && (
        <Field label="Evidence" required error={errors.evidence} hint="A ticket, a receipt, whom you asked.">
          <Textarea rows={2} value={form.evidence} onChange={(event) => onChange({ evidence: event.target.value })} />
        </Field>
      )}
      <Field
        label={operation === "note" ? "Note" : "Reason"}
        required={operation !== "pause" && operation !== "resume"}
        error={errors.reason}
        hint="Stays in the run's log, with your name."
      >
        <Textarea rows={2} value={form.reason} onChange={(event) => onChange({ reason: event.target.value })} />
      </Field>
    </div>
  );
}

type InputFieldProps = Pick<OperationFieldsProps, "form" | "onChange" | "state"> & {
  step: string;
  error: string | undefined;
};

function InputField({ form, onChange, state, step, error }: InputFieldProps) {
  const edited = form.input !== null;
  return (
    <div className="flex flex-col gap-2">
      <Label>Input</Label>
      <Segmented
        aria-label="Input"
        value={edited ? "edited" : "same"}
        onValueChange={(choice) =>
          onChange({ input: choice === "edited" ? inputText(state, form.operation, step) : null })
        }
        options={[
          { value: "same", label: "Same as before" },
          { value: "edited", label: "Edit and retry" },
        ]}
      />
      {form.input !== null && (
        <JsonField
          label="Edited input"
          hint="Sent under a new idempotency key, since it is no longer the same request."
          value={form.input}
          error={error}
          onChange={(input) => onChange({ input })}
        />
      )}
    </div>
  );
}

type JsonFieldProps = {
  label: string;
  hint: string;
  value: string;
  error: string | undefined;
  onChange: (value: string) => void;
};

function JsonField({ label, hint, value, error, onChange }: JsonFieldProps) {
  return (
    <div className="flex flex-col gap-1.5">
      <Label>{label}</Label>
      <LazyJsonEditor label={label} value={value} onChange={onChange} />
      {error && <FieldError>{error}</FieldError>}
      <p className="text-ink-3 text-xs">{hint}</p>
    </div>
  );
}
