import type { ComponentProps } from "react";
import { cn } from "./cn";

/** The look shared by everything one types into. */
export const controlClass =
  "w-full rounded-md border border-line-strong bg-raised px-2.5 text-sm text-ink transition-colors duration-150 " +
  "focus-visible:border-ink focus-visible:outline-1 focus-visible:outline-offset-0 disabled:cursor-not-allowed disabled:bg-canvas disabled:text-ink-3 " +
  "aria-invalid:border-state-failed aria-invalid:focus-visible:outline-state-failed";

/** One line of text; `mono` for ids, commands and expressions. */
export function Input({ className, mono, ...props }: ComponentProps<"input"> & { mono?: boolean }) {
  return (
    <input
      className={cn(controlClass, "h-[30px] read-only:bg-canvas", mono && "font-mono text-xs", className)}
      {...props}
    />
  );
}
