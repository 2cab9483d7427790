"use client";
import { useQuery } from "@tanstack/react-query";
import { Cable, Plus } from "lucide-react";
import { useState } from "react";
import { brokersQuery } from "@/components/api/brokers";
import { QueryError } from "@/components/shell/query-error";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { Table, TableCell, TableHead, TableHeader, TableRow } from "@/components/ui/table";
import type { BrokerView } from "@/contract/brokers";
import { brokerKinds } from "./broker-form";
import { BrokerHealth } from "./broker-health";
import { BrokerSheet } from "./broker-sheet";
import { SettingsSkeleton } from "./settings-skeleton";

/** The message brokers over which services may be reached. */
export function BrokersTab() {
  const brokers = useQuery(brokersQuery);
  const [edited, setEdited] = useState<BrokerView | "new">();
  const add = (
    <Button variant="primary" onClick={() => setEdited("new")}>
      <Plus aria-hidden /> Register broker
    </Button>
  );
  return (
    <section aria-label="Brokers">
      <div className="flex items-center justify-between gap-4 px-4 py-3">
        <p className="text-ink-2 text-sm">Services may take their commands from a broker, and reply over it.</p>
        {add}
      </div>
      {brokers.isPending ? (
        <SettingsSkeleton />
      ) : brokers.isError ? (
        <QueryError error={brokers.error} what="The brokers" needs="viewer" onRetry={() => void brokers.refetch()} />
      ) : brokers.data.length === 0 ? (
        <EmptyState icon={Cable} title="No brokers yet" action={add}>
          Register NATS JetStream or RabbitMQ, and a service can be reached over it instead of over HTTP.
        </EmptyState>
      ) : (
        <Table className="border-t">
          <TableHeader>
            <tr>
              <TableHead>Broker</TableHead>
              <TableHead className="w-28">Kind</TableHead>
              <TableHead>Services</TableHead>
              <TableHead>Health</TableHead>
              <TableHead className="w-24">
                <span className="sr-only">Actions</span>
              </TableHead>
            </tr>
          </TableHeader>
          <tbody>
            {brokers.data.map((broker) => (
              <BrokerRow key={broker.name} broker={broker} onOpen={() => setEdited(broker)} />
            ))}
          </tbody>
        </Table>
      )}
      {edited && (
        <BrokerSheet
          broker={edited === "new" ? null : edited}
          taken={(brokers.data ?? []).map(({ name }) => name)}
          onClose={() => setEdited(undefined)}
        />
      )}
    </section>
  );
}

function BrokerRow({ broker, onOpen }: { broker: BrokerView; onOpen: () => void }) {
  return (
    <TableRow>
      <TableCell className="h-[56px]">
        <span className="block font-medium">{broker.name}</span>
        <span className="block truncate font-mono text-ink-3 text-xs" title={broker.url}>
          {broker.url}
        </span>
      </TableCell>
      <TableCell>
        <Badge>{brokerKinds[broker.kind].label}</Badge>
      </TableCell>
      <TableCell className="text-ink-2 text-xs" title={broker.services.join(", ")}>
        {broker.services.length > 0 ? (
          <span className="line-clamp-2 font-mono">{broker.services.join(", ")}</span>
        ) : (
          <span className="text-ink-3">none yet</span>
        )}
      </TableCell>
      <TableCell>
        <BrokerHealth health={broker.health} />
      </TableCell>
      <TableCell numeric>
        <Button size="sm" onClick={onOpen} aria-label={`Edit ${broker.name}`}>
          Edit
        </Button>
      </TableCell>
    </TableRow>
  );
}
