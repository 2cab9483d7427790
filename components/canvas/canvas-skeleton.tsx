import { Skeleton } from "@/components/ui/skeleton";

/** In the place of a graph that is being laid out. */
export function CanvasSkeleton() {
  return (
    <div className="absolute inset-0 z-10 flex items-center justify-center gap-14 px-10" role="status">
      <span className="sr-only">The graph is being laid out</span>
      <Skeleton className="h-24 w-60 rounded-lg" />
      <Skeleton className="h-24 w-60 rounded-lg" />
      <Skeleton className="h-24 w-60 rounded-lg" />
    </div>
  );
}
