"use client";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { ApiError } from "@/components/api/fetcher";
import { meQuery } from "@/components/api/me";
import { draftQuery } from "@/components/api/sagas";
import { PageHeader } from "@/components/shell/page-header";
import { QueryError } from "@/components/shell/query-error";
import { Button } from "@/components/ui/button";
import { ErrorState } from "@/components/ui/error-state";
import { Loading, Skeleton } from "@/components/ui/skeleton";
import { hasRole } from "@/contract/common";
import { paths } from "@/contract/paths";
import { Designer } from "./designer";

/** The designer of one saga type, once its draft is here. */
export function DesignerScreen({ type }: { type: string }) {
  const draft = useQuery({ ...draftQuery(type), staleTime: 0, refetchOnWindowFocus: false });
  const me = useQuery(meQuery);
  const role = me.data?.role;
  if (draft.data && role && draft.isFetchedAfterMount)
    return (
      <Designer key={type} draft={draft.data} mayEdit={hasRole(role, "designer")} mayRun={hasRole(role, "operator")} />
    );
  const error = draft.error ?? me.error;
  return (
    <div className="flex h-full flex-col">
      <PageHeader title={type} parent={{ label: "Sagas", href: paths.sagas() }} />
      {error instanceof ApiError && error.status === 404 ? (
        <ErrorState
          title={`There is no saga ${type}`}
          action={
            <Button asChild>
              <Link href={paths.sagas()}>All sagas</Link>
            </Button>
          }
        >
          It may have been deleted, or the address has a typo.
        </ErrorState>
      ) : error ? (
        <QueryError error={error} what="The draft" onRetry={() => void draft.refetch()} />
      ) : (
        <DesignerSkeleton />
      )}
    </div>
  );
}

function DesignerSkeleton() {
  return (
    <Loading label="Loading the draft" className="flex min-h-0 flex-1">
      <div className="flex w-[160px] flex-col gap-3 border-r bg-panel p-3 max-lg:hidden">
        <Skeleton className="h-[30px]" />
        <Skeleton className="w-24" />
      </div>
      <div className="flex flex-1 items-center justify-center gap-12">
        <Skeleton className="h-24 w-60 rounded-lg" />
        <Skeleton className="h-24 w-60 rounded-lg" />
      </div>
      <div className="flex w-[348px] flex-col gap-4 border-l bg-panel p-4">
        <Skeleton className="w-40" />
        <Skeleton className="h-[30px]" />
        <Skeleton className="h-[30px]" />
      </div>
    </Loading>
  );
}
