"use client";
import { useQuery } from "@tanstack/react-query";
import { Search, Workflow } from "lucide-react";
import { useState } from "react";
import { sagasQuery } from "@/components/api/sagas";
import { PageHeader } from "@/components/shell/page-header";
import { QueryError } from "@/components/shell/query-error";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { plural } from "@/components/ui/format";
import { Input } from "@/components/ui/input";
import { Loading, Skeleton } from "@/components/ui/skeleton";
import { Table, TableHead, TableHeader } from "@/components/ui/table";
import type { SagaSummary } from "@/contract/sagas";
import { NewSaga } from "./new-saga";
import { SagaRow } from "./saga-row";

/** Every saga type, with search and the ways to make a new one. */
export function SagasScreen() {
  const sagas = useQuery(sagasQuery);
  const [search, setSearch] = useState("");
  const found = (sagas.data ?? []).filter((saga) => matches(saga, search));
  return (
    <div className="flex h-full min-h-0 flex-col">
      <PageHeader
        title="Sagas"
        meta={sagas.data && <span>{plural(sagas.data.length, "type")}</span>}
        actions={sagas.data?.length !== 0 && <NewSaga taken={(sagas.data ?? []).map((saga) => saga.type)} />}
      />
      <search className="flex h-11 shrink-0 items-center border-b bg-panel px-4">
        <div className="relative w-72 max-w-full">
          <Search
            aria-hidden
            className="-translate-y-1/2 pointer-events-none absolute top-1/2 left-2 size-3.5 text-ink-3"
          />
          <Input
            type="search"
            aria-label="Search sagas"
            placeholder="Name or type"
            value={search}
            onChange={(event) => setSearch(event.target.value)}
            className="h-[26px] pl-7 text-xs"
          />
        </div>
      </search>
      <div className="relative min-h-0 flex-1 overflow-auto bg-panel">
        {sagas.isPending ? (
          <SagasSkeleton />
        ) : sagas.isError ? (
          <QueryError error={sagas.error} what="The sagas" onRetry={() => void sagas.refetch()} />
        ) : sagas.data.length === 0 ? (
          <EmptyState icon={Workflow} title="No sagas yet" action={<NewSaga taken={[]} />}>
            A saga is a business transaction across services: steps that do, and the undo of each.
          </EmptyState>
        ) : found.length === 0 ? (
          <EmptyState
            icon={Workflow}
            title={`No saga is called “${search}”`}
            action={<Button onClick={() => setSearch("")}>Clear the search</Button>}
          />
        ) : (
          <Table className="min-w-[1060px] table-fixed">
            <colgroup>
              <col />
              <col style={{ width: 190 }} />
              <col style={{ width: 100 }} />
              <col style={{ width: 200 }} />
              <col style={{ width: 220 }} />
              <col style={{ width: 100 }} />
            </colgroup>
            <TableHeader>
              <tr>
                <TableHead>Saga</TableHead>
                <TableHead>Version</TableHead>
                <TableHead>Made of</TableHead>
                <TableHead>Runs</TableHead>
                <TableHead>Last failure</TableHead>
                <TableHead numeric>Changed</TableHead>
              </tr>
            </TableHeader>
            <tbody>
              {found.map((saga) => (
                <SagaRow key={saga.type} saga={saga} />
              ))}
            </tbody>
          </Table>
        )}
      </div>
    </div>
  );
}

const matches = (saga: SagaSummary, search: string) =>
  `${saga.title} ${saga.type}`.toLowerCase().includes(search.trim().toLowerCase());

const SHAPES = ["first", "second", "third"];

function SagasSkeleton() {
  return (
    <Loading label="Loading sagas">
      <div className="h-[34px] border-b" />
      {SHAPES.map((shape) => (
        <div key={shape} className="flex h-[52px] items-center gap-12 border-b px-4">
          <Skeleton className="w-56" />
          <Skeleton className="ml-auto w-16" />
          <Skeleton className="w-48" />
          <Skeleton className="w-40" />
        </div>
      ))}
    </Loading>
  );
}
