import type { ReactNode } from "react";
import { cn } from "./cn";

const tones = {
  failed: ["bg-state-failed-soft", "text-state-failed"],
  attention: ["bg-state-attention-soft", "text-state-attention"],
  neutral: ["border bg-canvas", "text-ink"],
} as const;

type NoticeProps = {
  tone?: keyof typeof tones;
  title?: ReactNode;
  children?: ReactNode;
  action?: ReactNode;
  className?: string;
};

/** A message inside a panel: what happened in the title, what it means below. */
export function Notice({ tone = "neutral", title, children, action, className }: NoticeProps) {
  const [ground, word] = tones[tone];
  return (
    <div
      role={tone === "failed" ? "alert" : undefined}
      className={cn("flex items-start gap-3 rounded-md px-2.5 py-2 text-sm", ground, className)}
    >
      <div className="min-w-0 flex-1">
        {title && <p className={cn("font-semibold", word)}>{title}</p>}
        {children && <div className="text-ink">{children}</div>}
      </div>
      {action}
    </div>
  );
}
