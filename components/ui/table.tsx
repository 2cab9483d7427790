import type { ComponentProps } from "react";
import { cn } from "./cn";

/** A dense table: 13 px, hairlines, a heading that stays. Wrap it in something that scrolls. */
export function Table({ className, ...props }: ComponentProps<"table">) {
  return <table className={cn("w-full border-separate border-spacing-0 text-left text-sm", className)} {...props} />;
}

export function TableHeader({ className, ...props }: ComponentProps<"thead">) {
  return <thead className={cn("sticky top-0 z-10 bg-panel", className)} {...props} />;
}

export function TableHead({ className, numeric, ...props }: ComponentProps<"th"> & { numeric?: boolean }) {
  return (
    <th
      scope="col"
      className={cn(
        "h-[34px] whitespace-nowrap border-b px-3 font-medium text-ink-3 text-xs first:pl-4 last:pr-4",
        numeric && "text-right",
        className,
      )}
      {...props}
    />
  );
}

/** A row; `selected` for the chosen one. */
export function TableRow({ className, selected, ...props }: ComponentProps<"tr"> & { selected?: boolean }) {
  return (
    <tr
      data-selected={selected || undefined}
      className={cn("hover:bg-hover data-[selected]:bg-selected", className)}
      {...props}
    />
  );
}

export function TableCell({ className, numeric, ...props }: ComponentProps<"td"> & { numeric?: boolean }) {
  return (
    <td
      className={cn(
        "h-[38px] border-b px-3 align-middle first:pl-4 last:pr-4",
        numeric && "text-right tabular-nums",
        className,
      )}
      {...props}
    />
  );
}
