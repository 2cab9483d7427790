import { Check, TriangleAlert } from "lucide-react";
import { cn } from "@/components/ui/cn";
import type { Mark } from "../choreography-face";

/** Whether an event was heard, as a sign with a word for those who do not see it. */
export function EventMark({ mark, large = false }: { mark: Mark; large?: boolean }) {
  const size = large ? "size-5" : "size-3.5";
  if (mark === "u")
    return (
      <TriangleAlert
        aria-label="heard, not expected"
        strokeWidth={2.25}
        className={cn("shrink-0 text-state-attention", size)}
      />
    );
  return mark === "h" ? <Check aria-label="heard" strokeWidth={2.5} className={cn("shrink-0 text-ink", size)} /> : null;
}
