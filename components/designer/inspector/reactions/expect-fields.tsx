"use client";
import { CircleX } from "lucide-react";
import { cn } from "@/components/ui/cn";
import { failuresOf } from "@/engine/choreography/events";
import type { ReactionDocument } from "@/engine/definition/document";
import { EventsField } from "../../fields/events-field";
import { useDesigner } from "../../state/designer-context";

/** The events one of which must come of it, and which of them say that it did not happen. */
export function ExpectFields({ reaction }: { reaction: ReactionDocument }) {
  const { document, change } = useDesigner();
  const { id, expect = [] } = reaction;
  const set = { type: "set-reaction", reaction: id } as const;
  const fails = failuresOf(reaction, document);
  const toggle = (type: string) => {
    const next = fails.includes(type) ? fails.filter((other) => other !== type) : [...fails, type];
    const { fails: _, ...unsaid } = reaction;
    const byDefault = failuresOf(unsaid, document);
    const isDefault = next.length === byDefault.length && next.every((each) => byDefault.includes(each));
    change({ ...set, field: "fails", value: isDefault ? undefined : [...next] });
  };
  return (
    <EventsField
      label="One of these comes of it"
      value={expect}
      placeholder="Add an event"
      onChange={(types) => change({ ...set, field: "expect", value: [...types] })}
      hint={
        expect.length === 0
          ? "None: the service's answer is all that is waited for."
          : reaction.fails === undefined
            ? "Which of them mean a failure is told by what reacts to them."
            : undefined
      }
      aside={(type) => (
        <button
          type="button"
          aria-pressed={fails.includes(type)}
          aria-label={`${type} says that it failed`}
          title="Whether it says that this did not happen"
          onClick={() => toggle(type)}
          className={cn(
            "flex h-5 shrink-0 items-center gap-1 rounded-full border px-1.5 text-xs",
            fails.includes(type)
              ? "border-state-failed/50 bg-state-failed-soft text-state-failed"
              : "border-line-strong border-dashed text-ink-3 hover:border-solid hover:text-ink focus-visible:opacity-100 group-focus-within:opacity-100 group-hover:opacity-100 [@media(hover:hover)]:opacity-0",
          )}
        >
          {fails.includes(type) && <CircleX aria-hidden className="size-3" />}
          {fails.includes(type) ? "failure" : "mark as failure"}
        </button>
      )}
    />
  );
}
