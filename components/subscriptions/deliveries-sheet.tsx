"use client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Inbox } from "lucide-react";
import { useState } from "react";
import { deliveriesQuery } from "@/components/api/subscriptions";
import { QueryError } from "@/components/shell/query-error";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { Segmented } from "@/components/ui/segmented";
import { Sheet, SheetContent } from "@/components/ui/sheet";
import { Loading, Skeleton } from "@/components/ui/skeleton";
import type { DeliveryStatus, SubscriptionView } from "@/contract/subscriptions";
import { DeliveryItem } from "./delivery-item";

type Shown = DeliveryStatus | "all";

const filters = [
  { value: "all", label: "All" },
  { value: "pending", label: "Waiting" },
  { value: "delivered", label: "Delivered" },
  { value: "failed", label: "Given up" },
  { value: "disabled", label: "Not sent" },
] as const satisfies readonly { value: Shown; label: string }[];

/** What a subscription was sent and is to be sent, with every attempt; kept seven days. */
export function DeliveriesSheet({ subscription, onClose }: { subscription: SubscriptionView; onClose: () => void }) {
  const [shown, setShown] = useState<Shown>("all");
  const list = useInfiniteQuery(deliveriesQuery(subscription.id, shown));
  const deliveries = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Sheet open onOpenChange={(open) => !open && onClose()}>
      <SheetContent
        title={`Deliveries to ${subscription.name}`}
        description="The newest first, kept for seven days."
        width="lg"
      >
        <div className="flex flex-col gap-3">
          <Segmented value={shown} onValueChange={setShown} options={filters} aria-label="Which deliveries" />
          {list.isPending ? (
            <DeliveriesSkeleton />
          ) : list.isError ? (
            <QueryError error={list.error} what="The deliveries" onRetry={() => void list.refetch()} />
          ) : deliveries.length === 0 ? (
            <EmptyState icon={Inbox} title={shown === "all" ? "Nothing sent yet" : "None of these"}>
              {shown === "all"
                ? "The next run that ends and that this subscription asks for appears here."
                : "Other deliveries are under All."}
            </EmptyState>
          ) : (
            <ul className="flex flex-col rounded-md border">
              {deliveries.map((delivery) => (
                <DeliveryItem key={delivery.id} delivery={delivery} mayResend={subscription.enabled} />
              ))}
            </ul>
          )}
          {list.hasNextPage && (
            <div className="flex justify-center">
              <Button busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
                Load more
              </Button>
            </div>
          )}
        </div>
      </SheetContent>
    </Sheet>
  );
}

const SHAPES = ["first", "second", "third", "fourth"];

function DeliveriesSkeleton() {
  return (
    <Loading label="Loading deliveries" className="rounded-md border">
      {SHAPES.map((shape) => (
        <div key={shape} className="flex h-[44px] items-center gap-8 border-b px-3 last:border-b-0">
          <Skeleton className="w-24" />
          <Skeleton className="w-48" />
          <Skeleton className="ml-auto w-20" />
        </div>
      ))}
    </Loading>
  );
}
