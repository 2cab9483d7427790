"use client";
import { useState } from "react";

type Typed<T> = {
  value: T;
  write: (value: T) => string;
  /** The value of a text, or undefined while it has none. */
  read: (text: string) => { readonly value: T } | { readonly problem: string };
  onChange: (value: T) => void;
};

/**
 * Text for a value that is not text: what is typed stays as typed as long as it means the value; a value that comes from
 * elsewhere (undo, the code, another person) replaces it.
 */
export function useTyped<T>({ value, write, read, onChange }: Typed<T>) {
  const [text, setText] = useState(() => write(value));
  const [seen, setSeen] = useState(value);
  let shown = text;
  if (seen !== value) {
    const meant = read(text);
    const same = "value" in meant && JSON.stringify(meant.value) === JSON.stringify(value);
    if (!same) {
      shown = write(value);
      setText(shown);
    }
    setSeen(value);
  }
  const now = read(shown);
  return {
    text: shown,
    problem: "problem" in now ? now.problem : null,
    type: (next: string) => {
      setText(next);
      const meant = read(next);
      if (!("value" in meant) || JSON.stringify(meant.value) === JSON.stringify(value)) return;
      setSeen(meant.value);
      onChange(meant.value);
    },
    /** Writes the value in its usual form, as when the field is left. */
    settle: () => {
      if ("value" in read(text)) setText(write(value));
    },
  };
}
