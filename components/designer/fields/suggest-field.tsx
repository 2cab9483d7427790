"use client";
import { type KeyboardEvent, type ReactNode, useId, useState } from "react";
import { cn } from "@/components/ui/cn";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";

export type Suggestion = { readonly value: string; readonly detail?: string };

type SuggestFieldProps = {
  label: string;
  value: string;
  onChange: (value: string) => void;
  /** A suggestion was taken; default: as if it had been typed. */
  onChoose?: (value: string) => void;
  suggestions: readonly Suggestion[];
  /** What the list holds, for a screen reader. */
  listLabel: string;
  placeholder?: string;
  hint?: ReactNode;
  /** A suggestion that is only the beginning of a value: the list stays open. */
  isBeginning?: (value: string) => boolean;
};

const MOST = 12;

/** A line of text that is completed from what is known. Arrow keys choose, Enter takes. */
export function SuggestField(props: SuggestFieldProps) {
  const { label, value, onChange, onChoose = onChange, suggestions, listLabel, placeholder, hint, isBeginning } = props;
  const list = useId();
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(-1);
  const options = suggestions.filter((option) => fits(option.value, value)).slice(0, MOST);
  const shown = open && options.length > 0;
  const choose = (option: string) => {
    onChoose(option);
    setOpen(isBeginning?.(option) ?? false);
    setAt(-1);
  };
  const press = (event: KeyboardEvent) => {
    const option = options[at]?.value;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      setOpen(true);
      setAt(((at + 1 + (event.key === "ArrowDown" ? 1 : -1) + options.length + 1) % (options.length + 1)) - 1);
    } else if (event.key === "Enter" && shown && option) choose(option);
    else if (event.key === "Escape" && shown) setOpen(false);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className="relative">
      <Field label={label} hint={hint}>
        <Input
          mono
          role="combobox"
          aria-expanded={shown}
          aria-controls={list}
          aria-activedescendant={shown && at >= 0 ? `${list}-${at}` : undefined}
          aria-autocomplete="list"
          autoComplete="off"
          spellCheck={false}
          value={value}
          placeholder={placeholder}
          onChange={(event) => {
            onChange(event.target.value.trim());
            setOpen(true);
            setAt(-1);
          }}
          onFocus={() => setOpen(true)}
          onBlur={() => setOpen(false)}
          onKeyDown={press}
        />
      </Field>
      {shown && (
        <div
          id={list}
          role="listbox"
          aria-label={listLabel}
          className="absolute inset-x-0 top-[54px] z-20 max-h-52 overflow-y-auto rounded-md border bg-raised p-1 shadow-float"
        >
          {options.map((option, index) => (
            <div
              key={option.value}
              id={`${list}-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === at}
              onMouseDown={(event) => {
                event.preventDefault();
                choose(option.value);
              }}
              className={cn(
                "flex items-baseline gap-3 rounded-sm px-2 py-1 text-xs hover:bg-hover",
                index === at && "bg-hover",
              )}
            >
              <span className="min-w-0 truncate font-mono">{option.value}</span>
              {option.detail && <span className="ml-auto shrink-0 text-ink-3">{option.detail}</span>}
            </div>
          ))}
        </div>
      )}
    </div>
  );
}

const fits = (option: string, typed: string) => option !== typed && option.toLowerCase().includes(typed.toLowerCase());
