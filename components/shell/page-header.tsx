import Link from "next/link";
import type { ReactNode } from "react";
import { cn } from "@/components/ui/cn";

type PageHeaderProps = {
  title: ReactNode;
  /** Where this page hangs: the list it belongs to. */
  parent?: { label: string; href: string };
  /** Quiet facts beside the title: version, badge, counts. */
  meta?: ReactNode;
  actions?: ReactNode;
  className?: string;
};

/** The 56 px line on top of every page: where I am, what about it, what I can do. */
export function PageHeader({ title, parent, meta, actions, className }: PageHeaderProps) {
  return (
    <header
      className={cn("flex min-h-14 shrink-0 items-center justify-between gap-4 border-b bg-panel px-4", className)}
    >
      <div className="flex min-w-0 items-center gap-4">
        <div className="flex min-w-0 items-center gap-3 whitespace-nowrap">
          {parent && (
            <nav aria-label="Breadcrumb" className="flex items-center gap-3 text-ink-3 text-sm">
              <Link href={parent.href} className="rounded-sm hover:text-ink">
                {parent.label}
              </Link>
              <span aria-hidden>/</span>
            </nav>
          )}
          <h1 className="truncate font-semibold text-lg tracking-[-0.01em]">{title}</h1>
        </div>
        {meta && <div className="flex min-w-0 items-center gap-3 whitespace-nowrap text-ink-2 text-sm">{meta}</div>}
      </div>
      {actions && <div className="flex shrink-0 items-center gap-2">{actions}</div>}
    </header>
  );
}
