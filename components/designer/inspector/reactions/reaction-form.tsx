"use client";
import { Switch } from "@/components/ui/switch";
import { reactsTo } from "@/engine/choreography/events";
import type { ReactionDocument } from "@/engine/definition/document";
import { onOf } from "../../changes/reaction-changes";
import { previewReaction, previewWhen } from "../../document/preview-event";
import { ChoiceField } from "../../fields/choice-field";
import { CommandField } from "../../fields/command-field";
import { EventsField } from "../../fields/events-field";
import { ExpressionField } from "../../fields/expression-field";
import { MappingField } from "../../fields/mapping-field";
import { DurationField, TextField } from "../../fields/text-field";
import { useDesigner } from "../../state/designer-context";
import { HttpFields } from "../command-fields";
import { ExpectFields } from "./expect-fields";
import { useReactionCommand } from "./use-reaction-command";

const ways = [
  { value: "send", label: "Sends a command", meaning: "A service is told to do something." },
  { value: "emit", label: "Says an event", meaning: "The event is said at once; nobody is asked." },
] as const;

const watched = [
  { value: "send", label: "Does a command", meaning: "What the service is known to do by itself." },
  { value: "emit", label: "Says an event", meaning: "What the service is known to say." },
] as const;

/** What a reaction reacts to, what it does then, and what comes of it. */
export function ReactionForm({ reaction }: { reaction: ReactionDocument }) {
  const { document, change } = useDesigner();
  const { id, emit, when } = reaction;
  const set = { type: "set-reaction", reaction: id } as const;
  const place = { kind: "reaction", reaction: id } as const;
  const command = useReactionCommand(reaction);
  const says = emit !== undefined;
  const undoes = reaction.undoes !== undefined;
  return (
    <>
      <EventsField
        label="Reacts to"
        value={reactsTo(reaction)}
        onChange={(types) => change({ ...set, field: "on", value: onOf(types) })}
        hint="Any of them; it fires once in a run."
      />
      <ExpressionField
        label="Only when"
        value={when}
        placeholder="always"
        writing="expression"
        place={place}
        preview={previewWhen(document, reaction)}
        hint="A CEL condition such as event.data.total > 500."
        onChange={(value) => change({ ...set, field: "when", value }, `when ${id}`)}
      />
      {!undoes && (
        <ChoiceField
          label="It"
          value={says ? "emit" : "send"}
          options={document.mode === "observe" ? watched : ways}
          onChange={(way) => way !== (says ? "emit" : "send") && change({ ...set, field: way, value: "" })}
        />
      )}
      {says ? (
        <TextField
          label="Event"
          mono
          value={emit}
          maxLength={200}
          placeholder="OrderFulfilled"
          onChange={(value) => change({ ...set, field: "emit", value: value ?? "" }, `emit ${id}`)}
        />
      ) : (
        <CommandField
          value={reaction.send ?? ""}
          onChange={(value) => change({ ...set, field: "send", value }, `send ${id}`)}
        />
      )}
      <MappingField
        label={says ? "Its data" : "Input"}
        value={reaction.input}
        place={place}
        preview={previewReaction(document, reaction)}
        fallback={`Default: the event's data, and saga_id${undoes ? ", original_result" : ""}`}
        onChange={(value) => change({ ...set, field: "input", value }, `input ${id}`)}
      />
      {!says && <HttpFields command={command} />}
      {!says && <ExpectFields reaction={reaction} />}
      {(!says || document.mode === "observe") && (
        <DurationField
          label="It must come within"
          value={reaction.within}
          placeholder="as long as it takes"
          hint="Past it, a person is asked; the event still counts when it comes."
          onChange={(value) => change({ ...set, field: "within", value }, `within ${id}`)}
        />
      )}
      {!undoes && (
        <span className="flex items-start justify-between gap-3">
          <span className="flex flex-col">
            <span id={`repeat-${id}`} className="text-sm">
              Each time
            </span>
            <span className="text-ink-3 text-xs">It reacts to every such event of a run, not only to the first.</span>
          </span>
          <Switch
            aria-labelledby={`repeat-${id}`}
            checked={reaction.repeat ?? false}
            onCheckedChange={(on) => change({ ...set, field: "repeat", value: on || undefined })}
          />
        </span>
      )}
    </>
  );
}
