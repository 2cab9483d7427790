"use client";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Command, type LucideIcon, Settings } from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import type { ReactNode } from "react";
import { approvalsQuery } from "@/components/api/approvals";
import { deadLetterCountQuery } from "@/components/api/dead-letters";
import { demoPresenceQuery } from "@/components/api/demo";
import { runCountsQuery } from "@/components/api/runs";
import { cn } from "@/components/ui/cn";
import { formatCount } from "@/components/ui/format";
import { CommandKbd } from "@/components/ui/kbd";
import { paths } from "@/contract/paths";
import { Mark } from "./mark";
import { type NavItem, navItems } from "./nav-items";
import { PersonMenu } from "./person-menu";

const rowClass =
  "flex h-[30px] w-full items-center gap-3 rounded-md px-3 text-ink-2 text-sm transition-colors duration-150 hover:bg-hover hover:text-ink max-lg:justify-center max-lg:px-0";
const labelClass = "truncate max-lg:sr-only";

/** The left column: 208 px, or icons alone below 1024 px. */
export function Nav({ onCommands }: { onCommands: () => void }) {
  const counts = useQuery(runCountsQuery).data;
  const demo = useQuery(demoPresenceQuery).isSuccess;
  const approvals = useInfiniteQuery(approvalsQuery(true));
  const letters = useQuery(deadLetterCountQuery).data ?? 0;
  const mine = approvals.data?.pages.flatMap((page) => page.items).length ?? 0;
  return (
    <nav aria-label="Main" className="flex w-52 shrink-0 flex-col border-r bg-panel px-2.5 pb-3 max-lg:w-14">
      <Link
        href="/"
        className="flex h-14 items-center gap-2.5 rounded-md px-2.5 font-semibold text-base max-lg:justify-center max-lg:px-0"
      >
        <Mark className="size-5 shrink-0" />
        <span className={labelClass}>Saga Studio</span>
      </Link>
      <div className="flex flex-1 flex-col gap-1">
        <NavLink item={navItems.overview} exact />
        <NavLink item={navItems.attention}>
          <Count count={counts?.attention ?? 0} what="runs need a person" />
        </NavLink>
        <NavLink item={navItems.runs} />
        <NavLink item={navItems.approvals}>
          <Count count={mine} more={approvals.hasNextPage} what="decisions are asked of you" />
        </NavLink>
        <NavLink item={navItems.sagas} />
        <NavLink item={navItems.services} />
        <NavLink item={navItems.deadLetters}>
          <Count count={letters} what="messages could not be taken" />
        </NavLink>
        {demo && <NavLink item={navItems.demo} />}
      </div>
      <div className="flex flex-col gap-1">
        <button type="button" onClick={onCommands} className={rowClass} title="Commands">
          <RowLabel icon={Command} label="Commands" />
          <CommandKbd letter="K" className="ml-auto max-lg:hidden" />
        </button>
        <NavLink item={{ label: "Settings", href: paths.settings(), icon: Settings }} />
        <PersonMenu className={rowClass} />
      </div>
    </nav>
  );
}

const MOST = 999;

/** How many wait there for a person; nothing while none does. `more`: there are more than were counted. */
function Count({ count, more = false, what }: { count: number; more?: boolean; what: string }) {
  if (count === 0) return null;
  return (
    <span className="ml-auto font-semibold text-state-attention text-xs max-lg:absolute max-lg:top-0 max-lg:right-0 max-lg:ml-0">
      {formatCount(Math.min(count, MOST))}
      {(more || count > MOST) && "+"}
      <span className="sr-only"> {what}</span>
    </span>
  );
}

function NavLink({ item, exact = false, children }: { item: NavItem; exact?: boolean; children?: ReactNode }) {
  const pathname = usePathname();
  const here = exact ? pathname === item.href : pathname === item.href || pathname.startsWith(`${item.href}/`);
  return (
    <Link
      href={item.href}
      title={item.label}
      aria-current={here ? "page" : undefined}
      className={cn(rowClass, "relative", here && "bg-selected font-semibold text-ink hover:bg-selected")}
    >
      <RowLabel icon={item.icon} label={item.label} />
      {children}
    </Link>
  );
}

function RowLabel({ icon: Icon, label }: { icon: LucideIcon; label: string }) {
  return (
    <>
      <Icon aria-hidden className="size-4 shrink-0" strokeWidth={1.75} />
      <span className={labelClass}>{label}</span>
    </>
  );
}
