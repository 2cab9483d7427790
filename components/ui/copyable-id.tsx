import { cn } from "./cn";
import { CopyButton } from "./copy-button";
import { shortId } from "./format";

/** An id in mono, shortened in the middle, whole on hover and on the clipboard. */
export function CopyableId({ id, whole = false, className }: { id: string; whole?: boolean; className?: string }) {
  return (
    <span className={cn("inline-flex min-w-0 items-center gap-0.5", className)}>
      <code title={id} className="truncate font-mono text-xs">
        {whole ? id : shortId(id)}
      </code>
      <CopyButton text={id} label={`Copy ${id}`} className="size-5 [&>svg]:size-3" />
    </span>
  );
}
