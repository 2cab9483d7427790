"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { demoQuery, placeOrder } from "@/components/api/demo";
import { findRunsQuery } from "@/components/api/runs";
import { Button } from "@/components/ui/button";
import { Segmented } from "@/components/ui/segmented";
import { belowTheNumbers, toast } from "@/components/ui/toaster";
import { paths } from "@/contract/paths";
import { runsOfOrder } from "./runs-of-order";

const cards = [
  { value: "accepted", label: "Card accepted" },
  { value: "declined", label: "Card declined" },
] as const;
const shipments = [
  { value: "delivered", label: "Shipped" },
  { value: "failed", label: "No carrier" },
] as const;

/** Lets an order come in that nobody directs: the shop's services react to it, and to each other. */
export function PlaceOrder({ disabled }: { disabled: boolean }) {
  const client = useQueryClient();
  const router = useRouter();
  const [card, setCard] = useState<(typeof cards)[number]["value"]>("accepted");
  const [shipment, setShipment] = useState<(typeof shipments)[number]["value"]>("delivered");
  /** Its run begins when the studio hears of it, a moment later; until then the list waits for it. */
  const watch = async (order: string) => {
    const found = await client.fetchQuery(findRunsQuery(order)).catch(() => null);
    const run = found?.items.find(({ businessKey }) => businessKey === order);
    router.push(run ? paths.run(run.id) : runsOfOrder(order));
  };
  const place = useMutation({
    mutationFn: () => placeOrder({ card, shipment }),
    onSuccess: ({ order_id }) =>
      toast.success(`Order ${order_id} came in`, {
        ...belowTheNumbers,
        action: { label: "Watch the run", onClick: () => void watch(order_id) },
      }),
    onError: (error) => toast.error("Not placed", { ...belowTheNumbers, description: error.message }),
    onSettled: () => client.invalidateQueries({ queryKey: demoQuery.queryKey }),
  });
  return (
    <section aria-label="An observed order" className="rounded-lg border bg-panel">
      <h2 className="border-b px-4 py-2 font-semibold text-sm">An observed order</h2>
      <div className="flex flex-wrap items-center gap-3 px-4 py-3">
        <p className="w-full text-ink-2 text-sm">
          Nobody directs it: the services hear of each other on the bus, and the studio looks on.
        </p>
        <Segmented aria-label="The card" value={card} options={cards} disabled={disabled} onValueChange={setCard} />
        <Segmented
          aria-label="The shipment"
          value={shipment}
          options={shipments}
          disabled={disabled}
          onValueChange={setShipment}
        />
        <Button disabled={disabled} busy={place.isPending} onClick={() => place.mutate()}>
          Place an observed order
        </Button>
      </div>
    </section>
  );
}
