import { cn } from "./cn";
import { CopyButton } from "./copy-button";

type CodeBlockProps = {
  /** Text as it is; anything else is shown as JSON. */
  value: unknown;
  className?: string;
  /** Tallest it gets before it scrolls, in px. */
  maxHeight?: number;
  label?: string;
};

/** Read-only code or JSON in mono, with a copy button. */
export function CodeBlock({ value, className, maxHeight = 320, label = "Code" }: CodeBlockProps) {
  const text = typeof value === "string" ? value : (JSON.stringify(value, null, 2) ?? "null");
  return (
    <div className={cn("group relative", className)}>
      <section
        aria-label={label}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        tabIndex={0}
        style={{ maxHeight }}
        className="overflow-auto rounded-md border bg-canvas px-2.5 py-2"
      >
        <pre className="font-mono text-ink-2 text-xs leading-[17px]">{text}</pre>
      </section>
      <CopyButton
        text={text}
        className="absolute top-1.5 right-1.5 bg-raised opacity-0 focus-visible:opacity-100 group-hover:opacity-100"
      />
    </div>
  );
}
