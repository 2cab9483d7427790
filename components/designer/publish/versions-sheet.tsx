"use client";
import { useQuery } from "@tanstack/react-query";
import { versionsQuery } from "@/components/api/sagas";
import { QueryError } from "@/components/shell/query-error";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { Sheet, SheetContent } from "@/components/ui/sheet";
import { Loading, Skeleton } from "@/components/ui/skeleton";
import { RelativeTime } from "@/components/ui/time";

type VersionsSheetProps = { type: string; onView: (number: number) => void; onClose: () => void };

/** Every published version, newest first. */
export function VersionsSheet({ type, onView, onClose }: VersionsSheetProps) {
  const versions = useQuery(versionsQuery(type));
  return (
    <Sheet open onOpenChange={(open) => !open && onClose()}>
      <SheetContent title="Versions" description="A version never changes; a run keeps the one it began with.">
        {versions.isPending ? (
          <Loading label="Loading versions" className="flex flex-col gap-3">
            <Skeleton className="h-12" />
            <Skeleton className="h-12" />
          </Loading>
        ) : versions.isError ? (
          <QueryError error={versions.error} what="The versions" onRetry={() => void versions.refetch()} />
        ) : versions.data.items.length === 0 ? (
          <EmptyState title="Not published yet">Publish the draft, and its first version stands here.</EmptyState>
        ) : (
          <ul className="-mx-4 -mt-4">
            {versions.data.items.map((version) => (
              <li key={version.number} className="flex items-start gap-3 border-b px-4 py-3">
                <span className="w-9 shrink-0 font-semibold text-sm">v{version.number}</span>
                <div className="min-w-0 flex-1">
                  <p className="break-words text-sm">{version.note || <span className="text-ink-3">No note</span>}</p>
                  <p className="text-ink-3 text-xs">
                    {version.publishedBy}, <RelativeTime at={version.publishedAt} />
                  </p>
                </div>
                <Button size="sm" onClick={() => onView(version.number)}>
                  View
                </Button>
              </li>
            ))}
          </ul>
        )}
      </SheetContent>
    </Sheet>
  );
}
