import { Loading, Skeleton } from "@/components/ui/skeleton";

const WIDTHS = ["w-48", "w-40", "w-56", "w-44", "w-52"];

/** The table's shape before its rows. */
export function ApprovalsSkeleton() {
  return (
    <Loading label="Loading the approvals">
      <div className="h-[34px] border-b" />
      {WIDTHS.map((width) => (
        <div key={width} className="flex h-[38px] items-center gap-8 border-b px-4">
          <span className="flex-1">
            <Skeleton className={`h-3 ${width}`} />
          </span>
          <Skeleton className="h-3 w-40" />
          <Skeleton className="h-3 w-16" />
          <Skeleton className="h-3 w-24" />
          <Skeleton className="h-3 w-40" />
        </div>
      ))}
    </Loading>
  );
}
