"use client";
import { useId } from "react";
import type { StepOf } from "@/components/canvas/step-kind";
import { Field } from "@/components/ui/field";
import { Select } from "@/components/ui/select";
import { Switch } from "@/components/ui/switch";
import { isJsonObject } from "@/engine/json";
import { ChoiceField } from "../../fields/choice-field";
import { JsonField } from "../../fields/json-field";
import { PeopleField } from "../../fields/people-field";
import { DurationField } from "../../fields/text-field";
import { useDesigner } from "../../state/designer-context";
import { FailureField } from "../failure-field";
import { Part } from "../panel-header";
import { FormPreview } from "./form-preview";

const whoOptions = [
  { value: "role", label: "A role", meaning: "Anybody of the role, or of a higher one." },
  { value: "users", label: "People", meaning: "These people only, whatever their role." },
] as const;

const roles = [
  { value: "viewer", label: "Viewer" },
  { value: "operator", label: "Operator" },
  { value: "designer", label: "Designer" },
  { value: "admin", label: "Admin" },
] as const;

/** Who decides, by when, and what they fill in. */
export function ApprovalForm({ step }: { step: StepOf<"approval"> }) {
  const { change } = useDesigner();
  const fourEyes = useId();
  const { approvers, form } = step;
  const set = { type: "set-field", step: step.id } as const;
  return (
    <>
      <ChoiceField
        label="Who decides"
        value={"role" in approvers ? "role" : "users"}
        options={whoOptions}
        onChange={(who) =>
          change({ ...set, field: "approvers", value: who === "role" ? { role: "operator" } : { users: [] } })
        }
      />
      {"role" in approvers ? (
        <Field label="Role">
          <Select
            value={approvers.role}
            options={roles}
            onValueChange={(role) => change({ ...set, field: "approvers", value: { role } })}
          />
        </Field>
      ) : (
        <PeopleField
          value={approvers.users}
          onChange={(users) => change({ ...set, field: "approvers", value: { users } }, `users ${step.id}`)}
        />
      )}
      <span className="flex items-start justify-between gap-3">
        <span className="flex flex-col">
          <span id={fourEyes} className="text-sm">
            Four eyes
          </span>
          <span className="text-ink-3 text-xs">Nobody decides who started the run or changed its input.</span>
        </span>
        <Switch
          aria-labelledby={fourEyes}
          checked={step.fourEyes ?? false}
          onCheckedChange={(on) => change({ ...set, field: "fourEyes", value: on || undefined })}
        />
      </span>
      <DurationField
        label="Due in"
        value={step.due}
        placeholder="never"
        hint="Past it, the step fails."
        onChange={(value) => change({ ...set, field: "due", value }, `due ${step.id}`)}
      />
      <FailureField step={step} label="When it is rejected or overdue" />
      <Part title="Form">
        <JsonField
          label="Schema"
          value={form}
          placeholder={'{ "type": "object", "properties": { "reason": { "type": "string" } } }'}
          hint="JSON Schema of what the person fills in; empty: approve or reject is all there is. Later steps read it as result.form."
          check={(value) => (value === undefined || isJsonObject(value) ? null : "A schema is an object.")}
          onChange={(value) =>
            change({ ...set, field: "form", value: isJsonObject(value) ? value : undefined }, `form ${step.id}`)
          }
        />
        {form && <FormPreview schema={form} />}
      </Part>
    </>
  );
}
