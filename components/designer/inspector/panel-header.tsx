import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

/** The inspector's head: what is selected. */
export function PanelHeader({ icon: Icon, title, aside }: { icon: LucideIcon; title: string; aside?: ReactNode }) {
  return (
    <header className="flex h-12 shrink-0 items-center gap-2.5 border-b px-4">
      <Icon aria-hidden className="size-4 shrink-0 text-ink-2" strokeWidth={1.75} />
      <h2 className="min-w-0 truncate font-semibold text-base" title={title}>
        {title}
      </h2>
      {aside && <div className="ml-auto flex shrink-0 items-center gap-1 text-ink-3 text-xs">{aside}</div>}
    </header>
  );
}

/** A titled part of a form. */
export function Part({ title, children, aside }: { title: string; children: ReactNode; aside?: ReactNode }) {
  return (
    <section className="flex flex-col gap-4 border-t pt-4 first:border-t-0 first:pt-0">
      <div className="flex items-baseline justify-between">
        <h3 className="font-semibold text-sm">{title}</h3>
        {aside && <span className="text-ink-3 text-xs">{aside}</span>}
      </div>
      {children}
    </section>
  );
}
