"use client";
import { Tabs as Primitive } from "radix-ui";
import type { ComponentProps, ReactNode } from "react";
import { cn } from "./cn";

/** Tabs with the chosen one underlined in ink. Give `value` and `onValueChange`, or `defaultValue`. */
export function Tabs({ className, ...props }: ComponentProps<typeof Primitive.Root>) {
  return <Primitive.Root className={cn("flex min-h-0 flex-col", className)} {...props} />;
}

/** The row of triggers; `aside` sits at its right end, and may ask by container query how much room there is. */
export function TabsList({
  className,
  children,
  aside,
  ...props
}: ComponentProps<typeof Primitive.List> & { aside?: ReactNode }) {
  return (
    <div
      className={cn("@container flex h-[38px] shrink-0 items-stretch justify-between gap-4 border-b px-4", className)}
    >
      <Primitive.List className="-mx-1.5 flex items-stretch gap-2 overflow-x-auto" {...props}>
        {children}
      </Primitive.List>
      {aside && <div className="flex items-center gap-3">{aside}</div>}
    </div>
  );
}

/** One tab; `count` is shown beside its name. */
export function TabsTrigger({
  className,
  children,
  count,
  ...props
}: ComponentProps<typeof Primitive.Trigger> & { count?: ReactNode }) {
  return (
    <Primitive.Trigger
      className={cn(
        "relative flex items-center gap-1 whitespace-nowrap rounded-sm px-1.5 text-ink-2 text-sm hover:text-ink focus-visible:-outline-offset-2",
        "data-[state=active]:font-semibold data-[state=active]:text-ink data-[state=active]:after:absolute data-[state=active]:after:inset-x-1.5 data-[state=active]:after:bottom-0 data-[state=active]:after:h-0.5 data-[state=active]:after:bg-ink",
        className,
      )}
      {...props}
    >
      {children}
      {count !== undefined && <span className="font-normal text-ink-3">{count}</span>}
    </Primitive.Trigger>
  );
}

/** What a tab shows. */
export function TabsContent({ className, ...props }: ComponentProps<typeof Primitive.Content>) {
  return <Primitive.Content className={cn("min-h-0 flex-1 focus-visible:-outline-offset-2", className)} {...props} />;
}
