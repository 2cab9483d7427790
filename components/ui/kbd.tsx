import type { ReactNode } from "react";
import { cn } from "./cn";

/** A key or chord. */
export function Kbd({ children, className }: { children: ReactNode; className?: string }) {
  return <kbd className={cn("font-sans text-ink-3 text-xs", className)}>{children}</kbd>;
}
