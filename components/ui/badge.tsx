import type { ComponentProps } from "react";
import { cn } from "./cn";

/** A short neutral word in a frame: a class, a version, a role. States have `StatusBadge`. */
export function Badge({ className, ...props }: ComponentProps<"span">) {
  return (
    <span
      className={cn(
        "inline-flex items-center whitespace-nowrap rounded-sm border border-line-strong px-1.5 text-ink-2 text-xs",
        className,
      )}
      {...props}
    />
  );
}
