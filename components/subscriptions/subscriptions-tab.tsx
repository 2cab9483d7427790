"use client";
import { useQuery } from "@tanstack/react-query";
import { Plus, Webhook } from "lucide-react";
import { useState } from "react";
import { subscriptionsQuery } from "@/components/api/subscriptions";
import { SettingsSkeleton } from "@/components/settings/settings-skeleton";
import { QueryError } from "@/components/shell/query-error";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { Table, TableCell, TableHead, TableHeader, TableRow } from "@/components/ui/table";
import type { SubscriptionView } from "@/contract/subscriptions";
import { DeliveriesSheet } from "./deliveries-sheet";
import { SubscriptionSheet } from "./subscription-sheet";
import { SubscriptionState } from "./subscription-state";

/** Who is told of runs, and whether they take it. */
export function SubscriptionsTab() {
  const subscriptions = useQuery(subscriptionsQuery);
  const [edited, setEdited] = useState<SubscriptionView | "new">();
  const [opened, setOpened] = useState<SubscriptionView>();
  const add = (
    <Button variant="primary" onClick={() => setEdited("new")}>
      <Plus aria-hidden /> Add subscription
    </Button>
  );
  return (
    <section aria-label="Subscriptions">
      <div className="flex items-center justify-between gap-4 px-4 py-3">
        <p className="text-ink-2 text-sm">How runs end, and every step of the way if wanted, is sent to these.</p>
        {add}
      </div>
      {subscriptions.isPending ? (
        <SettingsSkeleton />
      ) : subscriptions.isError ? (
        <QueryError error={subscriptions.error} what="The subscriptions" onRetry={() => void subscriptions.refetch()} />
      ) : subscriptions.data.length === 0 ? (
        <EmptyState icon={Webhook} title="No subscriptions yet" action={add}>
          A subscription sends events of runs to an address of yours, signed, or to a broker, until they are taken.
        </EmptyState>
      ) : (
        <Table className="min-w-[980px] table-fixed border-t">
          <TableHeader>
            <tr>
              <TableHead>Subscription</TableHead>
              <TableHead className="w-72">Told of</TableHead>
              <TableHead className="w-80">State</TableHead>
              <TableHead className="w-44">
                <span className="sr-only">Actions</span>
              </TableHead>
            </tr>
          </TableHeader>
          <tbody>
            {subscriptions.data.map((one) => (
              <SubscriptionRow
                key={one.id}
                subscription={one}
                onEdit={() => setEdited(one)}
                onOpen={() => setOpened(one)}
              />
            ))}
          </tbody>
        </Table>
      )}
      {edited && (
        <SubscriptionSheet subscription={edited === "new" ? null : edited} onClose={() => setEdited(undefined)} />
      )}
      {opened && <DeliveriesSheet subscription={opened} onClose={() => setOpened(undefined)} />}
    </section>
  );
}

type RowProps = { subscription: SubscriptionView; onEdit: () => void; onOpen: () => void };

function SubscriptionRow({ subscription, onEdit, onOpen }: RowProps) {
  const { name, target } = subscription;
  const where = target.kind === "webhook" ? target.url : `broker ${target.broker}`;
  return (
    <TableRow>
      <TableCell className="h-[56px]">
        <span className="block truncate font-medium">{name}</span>
        <span className="block truncate font-mono text-ink-3 text-xs" title={where}>
          {where}
        </span>
      </TableCell>
      <TableCell className="text-ink-2 text-xs">
        <span className="line-clamp-2">{toldOf(subscription)}</span>
      </TableCell>
      <TableCell>
        <SubscriptionState subscription={subscription} />
      </TableCell>
      <TableCell numeric>
        <span className="flex justify-end gap-2">
          <Button size="sm" onClick={onOpen} aria-label={`Deliveries of ${name}`}>
            Deliveries
          </Button>
          <Button size="sm" onClick={onEdit} aria-label={`Edit ${name}`}>
            Edit
          </Button>
        </span>
      </TableCell>
    </TableRow>
  );
}

/** What a subscription asks for, as a phrase. */
function toldOf({ sagas, types, transitions }: SubscriptionView): string {
  const of = sagas.length === 0 ? "every saga" : sagas.join(", ");
  if (types.length > 0) return `${types.join(", ")} of ${of}`;
  return transitions ? `every transition and end of ${of}` : `how runs of ${of} end`;
}
