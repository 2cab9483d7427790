"use client";
import type { ReactNode } from "react";
import { spanWords } from "@/components/canvas/when-words";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { parseDuration } from "@/engine/definition/duration";
import { readDuration } from "../document/read-duration";
import { useTyped } from "./use-typed";

type Base = { label: ReactNode; hint?: ReactNode; placeholder?: string; mono?: boolean; error?: ReactNode };

/** One line of text; empty means the document does not say it. */
export function TextField(
  props: Base & { value: string | undefined; onChange: (value: string | undefined) => void; maxLength?: number },
) {
  const { value, onChange, label, hint, error, ...rest } = props;
  return (
    <Field label={label} hint={hint} error={error}>
      <Input
        value={value ?? ""}
        autoComplete="off"
        onChange={(event) => onChange(event.target.value || undefined)}
        {...rest}
      />
    </Field>
  );
}

/** A span, as ISO 8601 or as people say it (`90s`, `5 min`); empty means the default. */
export function DurationField(
  props: Base & { value: string | undefined; onChange: (value: string | undefined) => void; fallback?: string },
) {
  const { value, onChange, label, hint, placeholder, fallback } = props;
  const typed = useTyped<string | undefined>({
    value,
    onChange,
    write: (iso) => iso ?? "",
    read: (text) => {
      if (text.trim() === "") return { value: undefined };
      const iso = readDuration(text);
      return iso ? { value: iso } : { problem: "Such as 30s, 5 min, 2 d or PT5M." };
    },
  });
  const ms = value === undefined ? null : parseDuration(value);
  return (
    <Field
      label={label}
      hint={hint}
      aside={ms === null ? (fallback ? `default ${fallback}` : undefined) : spanWords(ms)}
      error={typed.problem}
    >
      <Input
        mono
        value={typed.text}
        placeholder={placeholder}
        autoComplete="off"
        onChange={(event) => typed.type(event.target.value)}
        onBlur={typed.settle}
      />
    </Field>
  );
}

type NumberProps = Base & {
  value: number | undefined;
  onChange: (value: number | undefined) => void;
  min: number;
  max: number;
  whole?: boolean;
};

/** A number in its bounds; empty means the default, which the placeholder says. */
export function NumberField({ value, onChange, label, hint, placeholder, min, max, whole = false }: NumberProps) {
  const typed = useTyped<number | undefined>({
    value,
    onChange,
    write: (number) => (number === undefined ? "" : String(number)),
    read: (text) => {
      if (text.trim() === "") return { value: undefined };
      const number = Number(text);
      const fits = Number.isFinite(number) && number >= min && number <= max && (!whole || Number.isInteger(number));
      return fits ? { value: number } : { problem: `${min} to ${max}.` };
    },
  });
  return (
    <Field label={label} hint={hint} error={typed.problem}>
      <Input
        inputMode={whole ? "numeric" : "decimal"}
        value={typed.text}
        placeholder={placeholder}
        autoComplete="off"
        onChange={(event) => typed.type(event.target.value)}
      />
    </Field>
  );
}
