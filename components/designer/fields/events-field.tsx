"use client";
import { X } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { eventType } from "@/engine/choreography/document";
import { eventsOf } from "@/engine/choreography/events";
import { useDesigner } from "../state/designer-context";
import { SuggestField } from "./suggest-field";

type EventsFieldProps = {
  label: string;
  value: readonly string[];
  onChange: (types: readonly string[]) => void;
  hint?: ReactNode;
  placeholder?: string;
  /** Beside each event that is named. */
  aside?: (type: string) => ReactNode;
};

const isType = (type: string) => eventType.safeParse(type).success;

/** Several types of events, each taken away by its cross; Enter adds what is typed. */
export function EventsField({ label, value, onChange, hint, placeholder = "Add an event", aside }: EventsFieldProps) {
  const { document, readOnly } = useDesigner();
  const [typed, setTyped] = useState("");
  const named = value.filter((type) => type !== "");
  const known = [...eventsOf(document)].filter((type) => type !== "" && !named.includes(type));
  const add = (type: string) => {
    if (!isType(type)) return;
    if (!named.includes(type)) onChange([...named, type]);
    setTyped("");
  };
  const problem = typed === "" || isType(typed) ? null : "A letter, then letters, digits, dots, - or _.";
  return (
    <div className="flex flex-col gap-1.5">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: Enter and leaving the field take what was typed into it */}
      <div
        onKeyDown={(event) => {
          if (event.key !== "Enter" || event.defaultPrevented) return;
          event.preventDefault();
          add(typed);
        }}
        onBlur={() => add(typed)}
      >
        {readOnly ? (
          <Field label={label}>
            <Input mono readOnly value={named.join(", ")} />
          </Field>
        ) : (
          <SuggestField
            label={label}
            listLabel="Events there are"
            value={typed}
            onChange={setTyped}
            onChoose={add}
            suggestions={known.map((type) => ({ value: type }))}
            placeholder={placeholder}
            hint={problem ?? (named.length === 0 ? hint : undefined)}
          />
        )}
      </div>
      {!readOnly && named.length > 0 && (
        <ul aria-label={label} className="flex flex-col gap-1">
          {named.map((type) => (
            <li key={type} className="group flex min-h-7 items-center gap-2 rounded-md border bg-panel pl-2.5">
              <code className="min-w-0 flex-1 truncate font-mono text-xs" title={type}>
                {type}
              </code>
              {aside?.(type)}
              <button
                type="button"
                aria-label={`Remove ${type}`}
                onClick={() => onChange(named.filter((other) => other !== type))}
                className="grid size-7 shrink-0 place-items-center rounded-md text-ink-3 hover:bg-hover hover:text-ink"
              >
                <X aria-hidden className="size-3.5" />
              </button>
            </li>
          ))}
        </ul>
      )}
      {named.length > 0 && hint && <p className="text-ink-3 text-xs">{hint}</p>}
    </div>
  );
}
