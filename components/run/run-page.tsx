"use client";
import { useQuery } from "@tanstack/react-query";
import { SearchX } from "lucide-react";
import Link from "next/link";
import { useMemo } from "react";
import { ApiError } from "@/components/api/fetcher";
import { runLogQuery } from "@/components/api/run-log";
import { runQuery } from "@/components/api/runs";
import { versionQuery } from "@/components/api/sagas";
import { useRunRoom } from "@/components/api/use-rooms";
import { PageHeader } from "@/components/shell/page-header";
import { QueryError } from "@/components/shell/query-error";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { shortId } from "@/components/ui/format";
import { paths } from "@/contract/paths";
import { compile } from "@/engine/definition/compile";
import { readDocument } from "@/engine/definition/document";
import { RunSkeleton } from "./run-skeleton";
import { RunStage } from "./run-stage";
import type { Selection } from "./selection";

/** One run, live: its log from the API and the socket, folded in the browser by the version it runs under. */
export function RunPage({ id, initial }: { id: string; initial: Selection | null }) {
  useRunRoom(id);
  const run = useQuery(runQuery(id));
  const log = useQuery(runLogQuery(id));
  const { saga: type = "", version: number = 0 } = run.data ?? {};
  const version = useQuery({ ...versionQuery(type, number), enabled: run.data !== undefined });
  const compiled = useMemo(() => readVersion(version.data), [version.data]);
  const failed = [run, log, version].find((query) => query.error !== null && query.data === undefined);
  if (failed?.error instanceof ApiError && failed.error.status === 404) return <NotFound id={id} />;
  if (failed?.error)
    return <QueryError error={failed.error} what="The run" needs="viewer" onRetry={() => failed.refetch()} />;
  if (compiled === "unreadable")
    return (
      <ErrorState title="This run's version cannot be read here">
        It was published by another version of Saga Studio. The run itself is not affected; reload the page after an
        update.
      </ErrorState>
    );
  if (!compiled || !log.data || log.data.length === 0) return <RunSkeleton />;
  return <RunStage key={id} saga={compiled.saga} document={compiled.document} entries={log.data} initial={initial} />;
}

function readVersion(version: { document: unknown; number: number } | undefined) {
  if (!version) return null;
  const document = readDocument(version.document);
  return document ? { document, saga: compile(document, version.number) } : "unreadable";
}

function NotFound({ id }: { id: string }) {
  return (
    <>
      <PageHeader parent={{ label: "Runs", href: paths.runs() }} title={shortId(id)} />
      <EmptyState
        icon={SearchX}
        title="There is no such run"
        action={
          <Button asChild>
            <Link href={paths.runs()}>All runs</Link>
          </Button>
        }
      >
        No run has the id {id}. It may have been deleted after its retention time.
      </EmptyState>
    </>
  );
}
