import type { ReactNode } from "react";
import { cn } from "@/components/ui/cn";
import { CodeBlock } from "@/components/ui/code-block";

type PlanCallProps = {
  icon: ReactNode;
  title: string;
  /** Absent: it is that of the call above. */
  command?: string;
  /** Undefined, or null for a child run: there is none to show. */
  input: unknown;
  note?: string;
  quiet?: boolean;
  action?: ReactNode;
  children?: ReactNode;
};

/** One call of a plan: to whom, and what is sent. */
export function PlanCall({ icon, title, command, input, note, quiet, action, children }: PlanCallProps) {
  return (
    <div className="flex items-start gap-2 text-sm">
      {icon}
      <div className="min-w-0 flex-1">
        <p className={cn("font-medium", quiet && "text-ink-2")}>
          {title}
          {note && <span className="font-normal text-ink-3"> · {note}</span>}
        </p>
        {command && <p className="break-all font-mono text-ink-2 text-xs">{command}</p>}
        {input !== undefined && input !== null && (
          <details className="mt-1">
            <summary className="w-fit rounded-sm text-ink-2 text-xs hover:text-ink">Input</summary>
            <CodeBlock label={`Input of ${command ?? title}`} value={input} maxHeight={220} className="mt-1" />
          </details>
        )}
        {children}
      </div>
      {action}
    </div>
  );
}
