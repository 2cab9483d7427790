import { Loading, Skeleton } from "@/components/ui/skeleton";

const WIDTHS = [60, 85, 70, 95, 65, 80, 75, 90, 62, 88, 72, 84];

/** The table's shape before its rows: same heights, so that nothing moves when they come. */
export function RunsSkeleton() {
  return (
    <Loading label="Loading runs" className="bg-panel">
      <div className="h-[34px] border-b" />
      {WIDTHS.map((width) => (
        <div key={width} className="flex h-[38px] items-center gap-8 border-b px-4">
          <Skeleton className="h-3 w-28" />
          <Skeleton className="h-3 w-36" />
          <div className="flex-1">
            <span className="block" style={{ width: `${width}%` }}>
              <Skeleton className="h-3 max-w-64" />
            </span>
          </div>
          <Skeleton className="h-3 w-16" />
          <Skeleton className="h-3 w-20" />
        </div>
      ))}
    </Loading>
  );
}
