"use client";
import { Field } from "@/components/ui/field";
import { Textarea } from "@/components/ui/textarea";
import { useTyped } from "./use-typed";

const address = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/** People by e-mail, one a line. */
export function PeopleField({ value, onChange }: { value: readonly string[]; onChange: (value: string[]) => void }) {
  const typed = useTyped<readonly string[]>({
    value,
    onChange: (users) => onChange([...users]),
    write: (users) => users.join("\n"),
    read: (text) => {
      const users = text.split(/[\s,;]+/).filter(Boolean);
      const odd = users.find((user) => !address.test(user));
      return odd === undefined ? { value: users } : { problem: `${odd} is no e-mail address yet.` };
    },
  });
  return (
    <Field label="E-mails" hint="By the address they sign in with, one a line." error={typed.problem}>
      <Textarea
        mono
        rows={3}
        value={typed.text}
        placeholder={"ada@example.com\ngrace@example.com"}
        spellCheck={false}
        onChange={(event) => typed.type(event.target.value)}
      />
    </Field>
  );
}
