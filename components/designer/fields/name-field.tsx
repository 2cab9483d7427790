"use client";
import { type ReactNode, useState } from "react";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";

type NameFieldProps = {
  label: string;
  value: string;
  onChange: (name: string) => void;
  /** What is wrong with another name. */
  check: (name: string) => string | null;
  maxLength: number;
  /** Shown while another name is typed. */
  hint: ReactNode;
};

/** A name that others refer to: it changes when the field is left; what is typed meanwhile is only checked. */
export function NameField({ label, value, onChange, check, maxLength, hint }: NameFieldProps) {
  const [typed, setTyped] = useState<string>();
  const name = typed ?? value;
  const problem = name === value ? null : check(name);
  const commit = () => {
    if (problem === null && name !== value) onChange(name);
    setTyped(undefined);
  };
  return (
    <Field label={label} error={problem} hint={name === value ? undefined : hint}>
      <Input
        mono
        value={name}
        maxLength={maxLength}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.key === "Enter") commit();
          if (event.key !== "Escape" || typed === undefined) return;
          setTyped(undefined);
          event.stopPropagation();
        }}
      />
    </Field>
  );
}
