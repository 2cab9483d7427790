"use client";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { useTyped } from "../../fields/use-typed";

type ValueNameProps = { value: string; taken: readonly string[]; onChange: (value: string) => void };

/** The name of a value, unlike every other. */
export function ValueName({ value, taken, onChange }: ValueNameProps) {
  const typed = useTyped<string>({
    value,
    onChange,
    write: (name) => name,
    read: (text) => {
      const name = text.trim();
      if (name === "") return { problem: "A value needs a name." };
      return name !== value && taken.includes(name) ? { problem: "There is such a value already." } : { value: name };
    },
  });
  return (
    <Field label="Name" error={typed.problem} className="min-w-0 flex-1">
      <Input
        mono
        value={typed.text}
        maxLength={80}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => typed.type(event.target.value)}
      />
    </Field>
  );
}
