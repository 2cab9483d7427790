"use client";
import { useQuery } from "@tanstack/react-query";
import { Plus, Server } from "lucide-react";
import { useState } from "react";
import { servicesQuery } from "@/components/api/services";
import { useMay } from "@/components/api/use-role";
import { PageHeader } from "@/components/shell/page-header";
import { QueryError } from "@/components/shell/query-error";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { Loading, Skeleton } from "@/components/ui/skeleton";
import { Table, TableCell, TableHead, TableHeader, TableRow } from "@/components/ui/table";
import { Tooltip } from "@/components/ui/tooltip";
import type { ServiceView } from "@/contract/services";
import { QueueDepth } from "./queue-depth";
import { ServiceHealth } from "./service-health";
import { ServiceSheet } from "./service-sheet";

/** The registered participants and how they answer. Only admins register or change one. */
export function ServicesScreen() {
  const services = useQuery(servicesQuery);
  const admin = useMay("admin");
  const [edited, setEdited] = useState<ServiceView | "new">();
  const register = (
    <Tooltip content={admin ? "" : "Only an admin registers services"}>
      <Button
        variant="primary"
        aria-disabled={!admin || undefined}
        className={admin ? "" : "opacity-60"}
        onClick={() => admin && setEdited("new")}
      >
        <Plus aria-hidden /> Register service
      </Button>
    </Tooltip>
  );
  return (
    <div className="flex h-full min-h-0 flex-col">
      <PageHeader title="Services" actions={register} />
      <div className="min-h-0 flex-1 overflow-auto bg-panel">
        {services.isPending ? (
          <ServicesSkeleton />
        ) : services.isError ? (
          <QueryError error={services.error} what="The services" onRetry={() => void services.refetch()} />
        ) : services.data.length === 0 ? (
          <EmptyState icon={Server} title="No services yet" action={register}>
            A service is a participant that a saga's steps send their commands to. Only registered ones are ever called.
          </EmptyState>
        ) : (
          <Table className="min-w-[1000px] table-fixed">
            <colgroup>
              <col style={{ width: 348 }} />
              <col />
              <col style={{ width: 392 }} />
              <col style={{ width: 112 }} />
              <col style={{ width: 88 }} />
            </colgroup>
            <TableHeader>
              <tr>
                <TableHead>Service</TableHead>
                <TableHead>Commands</TableHead>
                <TableHead>Health</TableHead>
                <TableHead numeric>Calls at once</TableHead>
                <TableHead>
                  <span className="sr-only">Actions</span>
                </TableHead>
              </tr>
            </TableHeader>
            <tbody>
              {services.data.map((service) => (
                <ServiceRow key={service.name} service={service} onOpen={() => setEdited(service)} admin={admin} />
              ))}
            </tbody>
          </Table>
        )}
      </div>
      {edited && (
        <ServiceSheet
          service={edited === "new" ? null : edited}
          taken={(services.data ?? []).map((service) => service.name)}
          onClose={() => setEdited(undefined)}
        />
      )}
    </div>
  );
}

/** Where commands for a service go. */
function reachedBy({ transport }: ServiceView): string {
  if (transport.kind === "http") return transport.url;
  return transport.kind === "queue" ? "pulls its work" : `${transport.kind}: ${transport.broker}`;
}

function ServiceRow({ service, admin, onOpen }: { service: ServiceView; admin: boolean; onOpen: () => void }) {
  return (
    <TableRow>
      <TableCell className="h-[56px]">
        <span className="block truncate font-medium">{service.name}</span>
        <span className="block truncate font-mono text-ink-3 text-xs" title={reachedBy(service)}>
          {reachedBy(service)}
        </span>
      </TableCell>
      <TableCell className="font-mono text-ink-2 text-xs" title={service.commands.join(", ")}>
        {service.commands.length > 0 ? (
          <span className="line-clamp-2">{service.commands.join(", ")}</span>
        ) : (
          <span className="font-sans text-ink-3">none used yet</span>
        )}
      </TableCell>
      <TableCell>
        {service.queue ? <QueueDepth queue={service.queue} /> : <ServiceHealth service={service} />}
      </TableCell>
      <TableCell numeric className="text-ink-2">
        {service.queue ? "as it asks" : service.concurrency}
      </TableCell>
      <TableCell numeric>
        {admin && (
          <Button size="sm" onClick={onOpen} aria-label={`Edit ${service.name}`}>
            Edit
          </Button>
        )}
      </TableCell>
    </TableRow>
  );
}

const SHAPES = ["first", "second", "third", "fourth"];

function ServicesSkeleton() {
  return (
    <Loading label="Loading services">
      <div className="h-[34px] border-b" />
      {SHAPES.map((shape) => (
        <div key={shape} className="flex h-[56px] items-center gap-12 border-b px-4">
          <Skeleton className="w-44" />
          <Skeleton className="w-72" />
          <Skeleton className="ml-auto w-64" />
        </div>
      ))}
    </Loading>
  );
}
