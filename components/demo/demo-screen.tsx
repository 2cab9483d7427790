"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ShoppingBag } from "lucide-react";
import { demoQuery, flipSwitch, resetShop } from "@/components/api/demo";
import { ApiError } from "@/components/api/fetcher";
import { useMay } from "@/components/api/use-role";
import { PageHeader } from "@/components/shell/page-header";
import { QueryError } from "@/components/shell/query-error";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { Loading, Skeleton } from "@/components/ui/skeleton";
import { belowTheNumbers, toast } from "@/components/ui/toaster";
import type { DemoShop, DemoSwitch } from "@/contract/demo";
import { Ledger } from "./ledger";
import { PlaceOrder } from "./place-order";
import { SwitchRow } from "./switch-row";

/** The demo shop: make its services misbehave, and read in its own ledger what really happened there. */
export function DemoScreen() {
  const shop = useQuery(demoQuery);
  const operator = useMay("operator");
  const off = shop.error instanceof ApiError && shop.error.status === 404;
  return (
    <div className="flex h-full min-h-0 flex-col">
      <PageHeader
        title="Demo shop"
        meta={<span>Real services on this machine, yours to break</span>}
        actions={shop.data && <ShopActions switches={shop.data.switches} disabled={!operator} />}
      />
      <div className="min-h-0 flex-1 overflow-y-auto p-4">
        {shop.isPending ? (
          <DemoSkeleton />
        ) : off ? (
          <EmptyState icon={ShoppingBag} title="The demo shop is off">
            It was started with DEMO=off. Start without it to try sagas against real services.
          </EmptyState>
        ) : shop.isError ? (
          <QueryError error={shop.error} what="The demo shop" onRetry={() => void shop.refetch()} />
        ) : (
          <Shop shop={shop.data} mayFlip={operator} />
        )}
      </div>
    </div>
  );
}

function Shop({ shop, mayFlip }: { shop: DemoShop; mayFlip: boolean }) {
  return (
    <div className="flex flex-col gap-4">
      <dl className="flex flex-wrap gap-x-10 gap-y-3 rounded-lg border bg-panel px-4 py-3">
        {shop.balance.map((line) => (
          <div key={line.label} className="flex flex-col">
            <dt className="text-ink-3 text-xs">{line.label}</dt>
            <dd className="font-semibold text-lg">{line.value}</dd>
          </div>
        ))}
      </dl>
      {!mayFlip && <p className="text-ink-2 text-sm">You can look; switching needs the role operator.</p>}
      <div className="grid items-start gap-4 lg:grid-cols-[420px_minmax(0,1fr)]">
        <div className="flex min-w-0 flex-col gap-4">
          <PlaceOrder disabled={!mayFlip} />
          {byService(shop.switches).map(([service, switches]) => (
            <section key={service} aria-label={service} className="overflow-hidden rounded-lg border bg-panel">
              <h2 className="border-b px-4 py-2 font-semibold text-sm">{service}</h2>
              <ul>
                {switches.map((control) => (
                  <SwitchRow key={control.command} control={control} disabled={!mayFlip} />
                ))}
              </ul>
            </section>
          ))}
        </div>
        <section aria-label="Ledger" className="overflow-x-auto rounded-lg border bg-panel">
          <h2 className="border-b px-4 py-2 font-semibold text-sm">Ledger</h2>
          <Ledger calls={shop.calls} />
        </section>
      </div>
    </div>
  );
}

/** Mends the switches, or puts the whole shop back to its beginning. */
function ShopActions({ switches, disabled }: { switches: readonly DemoSwitch[]; disabled: boolean }) {
  const client = useQueryClient();
  const broken = switches.filter((one) => one.mode !== "ok");
  const onError = (error: Error) => toast.error("Not done", { ...belowTheNumbers, description: error.message });
  const mend = useMutation({
    mutationFn: () => Promise.all(broken.map((one) => flipSwitch(one.service, one.command, { mode: "ok" }))),
    onError,
    onSettled: () => client.invalidateQueries({ queryKey: demoQuery.queryKey }),
  });
  const reset = useMutation({
    mutationFn: resetShop,
    onSuccess: (shop) => {
      client.setQueryData(demoQuery.queryKey, shop);
      toast.success("The shop is as it was at the beginning", belowTheNumbers);
    },
    onError,
  });
  return (
    <>
      <Button disabled={disabled} busy={reset.isPending} onClick={() => reset.mutate()}>
        Reset the shop
      </Button>
      <Button disabled={disabled || broken.length === 0} busy={mend.isPending} onClick={() => mend.mutate()}>
        Make everything work
      </Button>
    </>
  );
}

const byService = (switches: readonly DemoSwitch[]): [string, DemoSwitch[]][] => {
  const services = new Map<string, DemoSwitch[]>();
  for (const one of switches) services.set(one.service, [...(services.get(one.service) ?? []), one]);
  return [...services];
};

const SHAPES = ["first", "second", "third", "fourth"];

function DemoSkeleton() {
  return (
    <Loading label="Loading the demo shop" className="flex flex-col gap-4">
      <Skeleton className="h-[70px] rounded-lg" />
      {SHAPES.map((shape) => (
        <Skeleton key={shape} className="h-[131px] rounded-lg" />
      ))}
    </Loading>
  );
}
