"use client";
import { RadioGroup } from "radix-ui";
import type { ReactNode } from "react";
import { cn } from "./cn";

type SegmentedProps<Value extends string> = {
  /** Null: none is chosen yet. */
  value: Value | null;
  onValueChange: (value: Value) => void;
  options: readonly { value: Value; label: ReactNode; disabled?: boolean }[];
  disabled?: boolean;
  className?: string;
  id?: string;
  "aria-label"?: string;
  "aria-labelledby"?: string;
  "aria-describedby"?: string;
};

/** One of two to five, all in sight; the chosen one is filled with ink. Arrow keys choose. */
export function Segmented<Value extends string>({
  value,
  onValueChange,
  options,
  className,
  ...props
}: SegmentedProps<Value>) {
  return (
    <RadioGroup.Root
      orientation="horizontal"
      value={value ?? ""}
      onValueChange={(next) => onValueChange(next as Value)}
      className={cn("flex overflow-hidden rounded-md border border-line-strong bg-raised", className)}
      {...props}
    >
      {options.map((option) => (
        <RadioGroup.Item
          key={option.value}
          value={option.value}
          disabled={option.disabled}
          className="flex h-7 flex-1 items-center justify-center gap-1.5 whitespace-nowrap border-line border-l px-2.5 text-ink-2 text-xs first:border-l-0 enabled:hover:bg-hover focus-visible:-outline-offset-2 disabled:text-ink-3 data-[state=checked]:bg-ink disabled:data-[state=checked]:bg-ink-3 disabled:data-[state=checked]:text-on-ink data-[state=checked]:font-semibold data-[state=checked]:text-on-ink data-[state=checked]:enabled:hover:bg-ink"
        >
          {option.label}
        </RadioGroup.Item>
      ))}
    </RadioGroup.Root>
  );
}
