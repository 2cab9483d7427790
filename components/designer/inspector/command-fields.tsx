"use client";
import type { StepOf } from "@/components/canvas/step-kind";
import { Field } from "@/components/ui/field";
import { Select } from "@/components/ui/select";
import { commandFieldsOf } from "@/engine/definition/defaults";
import type { CommandFields } from "@/engine/definition/fields";
import type { Part } from "@/engine/run/state";
import { patchCommand, withoutEmpty } from "../document/patch-command";
import { previewInput } from "../document/preview";
import { CommandField } from "../fields/command-field";
import { MappingField } from "../fields/mapping-field";
import { TextField } from "../fields/text-field";
import { useDesigner } from "../state/designer-context";

/** The kinds whose steps call a service. */
export type CallingStep = StepOf<"action" | "forEach">;

type PartProps = { step: CallingStep; part: Part };

/** The fields of a command, wherever it is written, and a way to change some of them. */
export type CommandEditor = {
  readonly fields: CommandFields;
  readonly patch: (
    fields: { readonly [F in keyof CommandFields]?: CommandFields[F] | undefined },
    merge?: string,
  ) => void;
};

const defaults = {
  action: "Default: the run's data, saga_id and step_name",
  compensation: "Default: the run's data, saga_id, step_name and original_result",
  probe: "Default: the run's data, saga_id, step_name and action_key",
} as const satisfies Record<Part, string>;

/** A command's fields as written, and a way to change some of them. */
export function useCommand({ step, part }: PartProps): CommandEditor {
  const { change } = useDesigner();
  const written = step[part];
  return {
    fields: commandFieldsOf(written ?? ""),
    patch: (fields, merge) =>
      change(
        { type: "set-command", step: step.id, part, value: patchCommand(written, fields) },
        merge === undefined ? undefined : `${part} ${merge} ${step.id}`,
      ),
  };
}

/** A command and what it is sent. */
export function CommandFieldset({ step, part, placeholder }: PartProps & { placeholder?: string }) {
  const { document } = useDesigner();
  const command = useCommand({ step, part });
  const { fields, patch } = command;
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
        place={{ kind: "part", step: step.id, part }}
        preview={previewInput(document, step, part)}
        fallback={defaults[part]}
      />
      <HttpFields command={command} />
    </>
  );
}

const methods = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;

/** How a command is sent over HTTP, where the usual POST /{Command} does not fit. */
export function HttpFields({ command: { fields, patch } }: { command: CommandEditor }) {
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
