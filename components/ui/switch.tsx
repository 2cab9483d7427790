"use client";
import { Switch as Primitive } from "radix-ui";
import type { ComponentProps } from "react";
import { cn } from "./cn";

/** On or off, at once. */
export function Switch({ className, ...props }: ComponentProps<typeof Primitive.Root>) {
  return (
    <Primitive.Root
      className={cn(
        "h-[18px] w-8 shrink-0 rounded-full border border-ink-3 bg-canvas transition-colors duration-150 data-[state=checked]:border-ink data-[state=checked]:bg-ink disabled:opacity-50",
        className,
      )}
      {...props}
    >
      <Primitive.Thumb className="block size-3 translate-x-[2px] rounded-full bg-ink-3 transition-transform duration-150 data-[state=checked]:translate-x-4 data-[state=checked]:bg-on-ink" />
    </Primitive.Root>
  );
}
