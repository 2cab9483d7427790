import type { ComponentProps } from "react";
import { cn } from "./cn";
import { controlClass } from "./input";

/** Several lines of text; `mono` for JSON, YAML and expressions. */
export function Textarea({ className, mono, ...props }: ComponentProps<"textarea"> & { mono?: boolean }) {
  return (
    <textarea
      className={cn(
        controlClass,
        "min-h-20 resize-y py-1.5 leading-5 read-only:bg-canvas",
        mono && "font-mono text-xs",
        className,
      )}
      {...props}
    />
  );
}
