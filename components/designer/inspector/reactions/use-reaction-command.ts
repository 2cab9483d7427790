"use client";
import type { ReactionDocument } from "@/engine/definition/document";
import { useDesigner } from "../../state/designer-context";
import type { CommandEditor } from "../command-fields";

/** The command that a reaction sends, as the fields of any command: a reaction says them flat. */
export function useReactionCommand({ id, send = "", input, timeout, retry, http }: ReactionDocument): CommandEditor {
  const { change } = useDesigner();
  const written = { input, timeout, retry, http };
  const said = Object.entries(written).filter(([, value]) => value !== undefined);
  return {
    fields: { command: send, ...Object.fromEntries(said) },
    patch: (fields, merge) => {
      const set = { type: "set-reaction", reaction: id } as const;
      const joint = merge === undefined ? undefined : `${merge} ${id}`;
      if ("timeout" in fields) change({ ...set, field: "timeout", value: fields.timeout }, joint);
      if ("retry" in fields) change({ ...set, field: "retry", value: fields.retry }, joint);
      if ("http" in fields) change({ ...set, field: "http", value: fields.http }, joint);
    },
  };
}
