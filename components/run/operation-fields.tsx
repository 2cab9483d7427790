"use client";
import { Field, FieldError, Label } from "@/components/ui/field";
import { Segmented } from "@/components/ui/segmented";
import { Select } from "@/components/ui/select";
import { Textarea } from "@/components/ui/textarea";
import type { Saga } from "@/engine/definition/saga";
import type { RunState } from "@/engine/run/state";
import { writeJson } from "./data-editor";
import { itemTitle } from "./item-title";
import { JsonChanges } from "./json-changes";
import { LazyJsonEditor } from "./lazy-json-editor";
import { type Asker, itemsFor, needsStep, type Offer } from "./offers";
import {
  type FormErrors,
  inputBefore,
  needsReason,
  type OperationForm,
  takesInput,
  takesResult,
} from "./operation-form";
import { parseJson } from "./parse-json";

type OperationFieldsProps = {
  form: OperationForm;
  onChange: (change: Partial<OperationForm>) => void;
  saga: Saga;
  state: RunState;
  offer: Offer;
  asker: Asker;
  titleOf: (step: string) => string;
  /** Shown once the person has tried to send. */
  errors: FormErrors;
};

/** What each operation asks for, and nothing more. */
export function OperationFields(props: OperationFieldsProps) {
  const { form, onChange, offer, titleOf, errors } = props;
  const { operation, step } = form;
  return (
    <div className="flex flex-col gap-4">
      {needsStep(operation) && (
        <Field label="Step" error={errors.step}>
          <Select
            value={step ?? undefined}
            onValueChange={(next) => onChange({ step: next, item: null, input: null })}
            options={(offer.ok ? offer.steps : step ? [step] : []).map((id) => ({ value: id, label: titleOf(id) }))}
            placeholder="Choose a step…"
          />
        </Field>
      )}
      <ItemField {...props} />
      {takesInput(operation) && operation !== "startAgain" && <InputField {...props} />}
      {takesResult(operation) && (
        <JsonField
          label={operation === "skip" ? "Result to go on with" : "Result the step had"}
          hint="Later steps read it as this step's result."
          value={form.result}
          error={errors.result}
          onChange={(result) => onChange({ result })}
        />
      )}
      {operation === "fail" && <EffectField {...props} />}
      {operation === "markCompensated" && (
        <Field label="Evidence" required error={errors.evidence} hint="A ticket, a receipt, whom you asked.">
          <Textarea rows={2} value={form.evidence} onChange={(event) => onChange({ evidence: event.target.value })} />
        </Field>
      )}
      <Field
        label={operation === "note" ? "Note" : "Reason"}
        required={needsReason(operation)}
        error={errors.reason}
        hint="Stays in the run's log, with your name."
      >
        <Textarea rows={2} value={form.reason} onChange={(event) => onChange({ reason: event.target.value })} />
      </Field>
    </div>
  );
}

const ALL = "*";

/** Of a forEach: one item, or all that the operation fits. */
function ItemField({ form, onChange, saga, state, asker }: OperationFieldsProps) {
  const { operation, step, item } = form;
  const all = state.steps.find(({ id }) => id === step)?.items;
  if (!all || step === null) return null;
  const items = itemsFor(saga, state, operation, step, asker);
  const isWhole = operation === "skip" || operation === "complete";
  const one = (index: number) => ({ value: String(index), label: itemTitle(all[index]?.value ?? null, index) });
  return (
    <Field label="Item">
      <Select
        value={item === null ? ALL : String(item)}
        onValueChange={(next) => onChange({ item: next === ALL ? null : Number(next), input: null })}
        options={[
          { value: ALL, label: isWhole ? "The step as a whole" : "All that wait for it" },
          ...[...new Set(item === null ? items : [...items, item])].sort((a, b) => a - b).map(one),
        ]}
      />
    </Field>
  );
}

function EffectField({ form, onChange, state }: OperationFieldsProps) {
  if (state.steps.find(({ id }) => id === form.step)?.waiting) return null;
  return (
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
  );
}

/** The same input again, or another, shown beside what was sent; items that differ are edited one by one. */
function InputField({ form, onChange, saga, state, errors }: OperationFieldsProps) {
  const before = form.step === null ? undefined : inputBefore(saga, state, form);
  if (before === undefined) return null;
  const edited = form.input === null ? null : parseJson(form.input);
  return (
    <div className="flex flex-col gap-2">
      <Label>Input</Label>
      <Segmented
        aria-label="Input"
        value={form.input === null ? "same" : "edited"}
        onValueChange={(choice) => onChange({ input: choice === "edited" ? writeJson(before) : null })}
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
          error={errors.input}
          onChange={(input) => onChange({ input })}
        />
      )}
      {edited?.ok && <JsonChanges label="What is changed" before={before} after={edited.value} />}
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
