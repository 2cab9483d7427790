"use client";
import { Field } from "@/components/ui/field";
import { Select } from "@/components/ui/select";
import { commandFieldsOf } from "@/engine/definition/defaults";
import type { StepDocument } from "@/engine/definition/document";
import type { CommandFields } from "@/engine/definition/fields";
import type { Half } from "../changes/change";
import { patchHalf, withoutEmpty } from "../document/patch-half";
import { previewHalf } from "../document/preview";
import { CommandField } from "../fields/command-field";
import { MappingField } from "../fields/mapping-field";
import { TextField } from "../fields/text-field";
import { useDesigner } from "../state/designer-context";

type HalfProps = { step: StepDocument; half: Half };

const defaults = {
  action: "Default: the run's data, saga_id and step_name",
  compensation: "Default: the run's data, saga_id, step_name and original_result",
} as const;

/** A half's fields as written, and a way to change some of them. */
export function useHalf({ step, half }: HalfProps) {
  const { change } = useDesigner();
  const written = step[half];
  return {
    fields: commandFieldsOf(written ?? ""),
    patch: (fields: Parameters<typeof patchHalf>[1], merge?: string) =>
      change(
        { type: "set-half", step: step.id, half, value: patchHalf(written, fields) },
        merge === undefined ? undefined : `${half} ${merge} ${step.id}`,
      ),
  };
}

/** The command of a half and what it is sent. */
export function HalfFields({ step, half, placeholder }: HalfProps & { placeholder?: string }) {
  const { document } = useDesigner();
  const { fields, patch } = useHalf({ step, half });
  return (
    <>
      <CommandField
        value={fields.command}
        onChange={(command) => patch({ command }, "command")}
        {...(placeholder ? { placeholder } : {})}
      />
      <MappingField
        label="Input"
        value={fields.input}
        onChange={(input) => patch({ input }, "input")}
        place={{ kind: "half", step: step.id, half }}
        preview={previewHalf(document, step, half)}
        fallback={defaults[half]}
      />
    </>
  );
}

const methods = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;

/** How a half is sent over HTTP, where the usual POST /{Command} does not fit. */
export function HttpFields({ step, half }: HalfProps) {
  const { fields, patch } = useHalf({ step, half });
  const set = (http: Partial<NonNullable<CommandFields["http"]>>, merge?: string) =>
    patch({ http: withoutEmpty({ ...fields.http, ...http }) }, merge);
  const usual = `/${fields.command.slice(fields.command.indexOf(".") + 1)}`;
  if (usual === "/" && fields.http === undefined) return null;
  return (
    <details open={fields.http !== undefined} className="group rounded-md border px-3 py-2">
      <summary className="font-medium text-ink-2 text-xs">
        HTTP: {fields.http?.method ?? "POST"} <code className="font-mono">{fields.http?.path ?? usual}</code>
      </summary>
      <div className="mt-3 flex flex-col gap-3 pb-1">
        <Field label="Method">
          <Select
            value={fields.http?.method ?? "POST"}
            options={methods.map((value) => ({ value, label: value }))}
            onValueChange={(method) => set({ method: method === "POST" ? undefined : method })}
          />
        </Field>
        <TextField
          label="Path"
          mono
          value={fields.http?.path}
          placeholder={usual}
          hint="Below the service's address; may hold ${…}."
          onChange={(path) => set({ path }, "path")}
        />
      </div>
    </details>
  );
}
