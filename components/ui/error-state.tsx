import { Lock, RotateCw, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "./button";
import { cn } from "./cn";

type ErrorStateProps = {
  /** What happened. */
  title: ReactNode;
  /** What it means and what to do. */
  children?: ReactNode;
  onRetry?: () => void;
  action?: ReactNode;
  className?: string;
};

/** Something could not be shown, in place of it. */
export function ErrorState({ title, children, onRetry, action, className }: ErrorStateProps) {
  return (
    <div
      role="alert"
      className={cn("mx-auto flex max-w-md flex-col items-center gap-2 px-6 py-16 text-center", className)}
    >
      <TriangleAlert aria-hidden className="mb-1 size-6 text-state-failed" strokeWidth={1.5} />
      <h2 className="font-semibold text-base">{title}</h2>
      {children && <div className="text-ink-2 text-sm">{children}</div>}
      <div className="mt-3 flex gap-2">
        {onRetry && (
          <Button onClick={onRetry}>
            <RotateCw aria-hidden /> Try again
          </Button>
        )}
        {action}
      </div>
    </div>
  );
}

/** The person's role does not reach this. `needs` is the least one that does. */
export function NoPermission({ what, needs }: { what: string; needs: string }) {
  return (
    <div className="mx-auto flex max-w-md flex-col items-center gap-2 px-6 py-16 text-center">
      <Lock aria-hidden className="mb-1 size-6 text-ink-3" strokeWidth={1.5} />
      <h2 className="font-semibold text-base">You cannot {what}</h2>
      <p className="text-ink-2 text-sm">
        This needs the role {needs}. An admin can change yours under Settings, People.
      </p>
    </div>
  );
}
