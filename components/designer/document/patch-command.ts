import type { CommandDocument, CommandFields } from "@/engine/definition/fields";

/** A command with some fields changed (undefined: left out), in its short form when the command is all it says. */
export function patchCommand(
  written: CommandDocument | undefined,
  patch: { readonly [Field in keyof CommandFields]?: CommandFields[Field] | undefined },
): CommandDocument {
  const before = typeof written === "string" ? { command: written } : (written ?? { command: "" });
  const entries = Object.entries({ ...before, ...patch }).filter(([, value]) => !isEmpty(value));
  const { command = "", ...rest } = Object.fromEntries(entries) as Partial<CommandFields>;
  return Object.keys(rest).length === 0 ? command : { command, ...rest };
}

/** A retry policy or an HTTP form that says nothing is not written. Any input is: `{}` sends an empty object. */
export function withoutEmpty<T extends object>(fields: T): T | undefined {
  const entries = Object.entries(fields).filter(([, value]) => !isEmpty(value));
  return entries.length === 0 ? undefined : (Object.fromEntries(entries) as T);
}

const isEmpty = (value: unknown) => value === undefined || value === "";
