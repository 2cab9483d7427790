import { Loading, Skeleton } from "@/components/ui/skeleton";

const SHAPES = ["first", "second", "third"];

/** The shape of a settings table. */
export function SettingsSkeleton() {
  return (
    <Loading className="border-t">
      <div className="h-[34px] border-b" />
      {SHAPES.map((shape) => (
        <div key={shape} className="flex h-[52px] items-center gap-10 border-b px-4">
          <Skeleton className="w-48" />
          <Skeleton className="ml-auto w-40" />
          <Skeleton className="w-20" />
        </div>
      ))}
    </Loading>
  );
}
