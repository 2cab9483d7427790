import { CopyButton } from "./copy-button";
import { Notice } from "./notice";

/** Something shown this once: the value, a copy button, and the warning. */
export function Secret({ label, value, what }: { label: string; value: string; what: string }) {
  return (
    <div className="flex flex-col gap-3">
      <Notice tone="attention" title="Copy it now">
        It is not shown again.
      </Notice>
      <div className="flex flex-col gap-1.5">
        <span className="font-medium text-ink-2 text-xs">{label}</span>
        <div className="flex items-center gap-2 rounded-md border bg-canvas py-1 pr-1 pl-2.5">
          <code className="min-w-0 flex-1 break-all font-mono text-xs">{value}</code>
          <CopyButton text={value} label={`Copy ${label.toLowerCase()}`} />
        </div>
        <p className="text-ink-3 text-xs">{what}</p>
      </div>
    </div>
  );
}
