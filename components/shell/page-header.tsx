import Link from "next/link";
import type { ReactNode } from "react";
import { cn } from "@/components/ui/cn";

type Crumb = { readonly label: string; readonly href: string };

type PageHeaderProps = {
  title: ReactNode;
  /** Where this page hangs: the list it belongs to. */
  parent?: Crumb;
  /** What stands between the list and this: a run's parent run. */
  between?: readonly Crumb[];
  /** Quiet facts beside the title: version, badge, counts. */
  meta?: ReactNode;
  actions?: ReactNode;
  className?: string;
};

/** The 56 px line on top of every page: where I am, what about it, what I can do. Several lines where it is narrow. */
export function PageHeader({ title, parent, between = [], meta, actions, className }: PageHeaderProps) {
  return (
    <header
      className={cn(
        "flex min-h-14 shrink-0 items-center justify-between gap-4 border-b bg-panel px-4",
        "max-md:flex-wrap max-md:gap-y-2 max-md:py-2",
        className,
      )}
    >
      <div className="flex min-w-0 items-center gap-4 max-md:flex-wrap max-md:gap-y-1">
        <div className="flex min-w-0 items-center gap-3 whitespace-nowrap">
          {(parent || between.length > 0) && (
            <nav aria-label="Breadcrumb" className="flex min-w-0 items-center gap-3 text-ink-3 text-sm">
              {parent && <CrumbLink crumb={parent} className="shrink-0" />}
              {between.map((crumb) => (
                <CrumbLink key={crumb.href} crumb={crumb} className="min-w-0 max-lg:hidden" />
              ))}
            </nav>
          )}
          <h1 className="truncate font-semibold text-lg tracking-[-0.01em]">{title}</h1>
        </div>
        {meta && (
          <div className="flex min-w-0 items-center gap-3 whitespace-nowrap text-ink-2 text-sm max-md:flex-wrap max-md:gap-y-1">
            {meta}
          </div>
        )}
      </div>
      {actions && <div className="flex shrink-0 items-center gap-2 max-md:shrink max-md:flex-wrap">{actions}</div>}
    </header>
  );
}

function CrumbLink({ crumb, className }: { crumb: Crumb; className: string }) {
  return (
    <span className={cn("flex items-center gap-3", className)}>
      <Link href={crumb.href} title={crumb.label} className="max-w-64 truncate rounded-sm hover:text-ink">
        {crumb.label}
      </Link>
      <span aria-hidden>/</span>
    </span>
  );
}
