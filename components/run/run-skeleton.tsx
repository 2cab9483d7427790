import { Loading, Skeleton } from "@/components/ui/skeleton";

/** The run page's shape while its log is on the way: header, cards, dock and inspector in their places. */
export function RunSkeleton() {
  return (
    <Loading label="Loading the run" className="flex h-full flex-col">
      <div className="flex h-14 shrink-0 items-center gap-4 border-b bg-panel px-4">
        <Skeleton className="h-5 w-48" />
        <Skeleton className="h-5 w-24" />
        <Skeleton className="ml-auto h-7 w-64" />
      </div>
      <div className="flex min-h-0 flex-1">
        <div className="flex min-w-0 flex-1 flex-col">
          <div className="flex flex-1 items-center gap-24 overflow-hidden px-16">
            <Skeleton className="h-24 w-60 shrink-0 rounded-lg" />
            <Skeleton className="h-24 w-60 shrink-0 rounded-lg" />
            <Skeleton className="h-24 w-60 shrink-0 rounded-lg" />
          </div>
          <div className="flex h-[296px] flex-col gap-3 border-t bg-panel p-4">
            <Skeleton className="w-full" />
            <Skeleton className="w-2/3" />
            <Skeleton className="w-1/2" />
          </div>
        </div>
        <div className="flex w-[340px] flex-col gap-3 border-l bg-panel p-4">
          <Skeleton className="h-5 w-40" />
          <Skeleton className="w-full" />
          <Skeleton className="w-2/3" />
        </div>
      </div>
    </Loading>
  );
}
