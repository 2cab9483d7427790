"use client";
import { stepTitle } from "@/components/canvas/canvas-model";
import type { ReactionDocument } from "@/engine/definition/document";
import { stepIdPattern } from "@/engine/definition/fields";
import { limits } from "@/engine/limits";
import { idFrom } from "../../changes/free-id";
import { NameField } from "../../fields/name-field";
import { TextField } from "../../fields/text-field";
import { useDesigner } from "../../state/designer-context";

/** What a reaction is called, for people and in expressions. */
export function ReactionNames({ reaction }: { reaction: ReactionDocument }) {
  const { document, change, select } = useDesigner();
  const { id } = reaction;
  const taken = (name: string) => document.reactions?.some((other) => other.id === name) ?? false;
  return (
    <>
      <TextField
        label="Title"
        value={reaction.title}
        placeholder={stepTitle({ id })}
        maxLength={120}
        onChange={(value) => change({ type: "set-reaction", reaction: id, field: "title", value }, `title ${id}`)}
      />
      <NameField
        label="Id"
        value={id}
        maxLength={limits.name}
        hint="What undoes it, and expressions that read it, follow."
        check={(name) => {
          if (taken(name)) return "Another reaction has this id.";
          return stepIdPattern.test(name) ? null : `Lower-case letters, digits and _, such as ${idFrom(name)}.`;
        }}
        onChange={(to) => {
          change({ type: "rename-step", from: id, to });
          if (reaction.undoes === undefined) select([to]);
        }}
      />
    </>
  );
}
