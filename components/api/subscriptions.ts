import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { z } from "zod";
import {
  type changeSubscription,
  type createSubscription,
  type DeliveryStatus,
  deliveryPage,
  deliveryView,
  subscriptionPage,
  subscriptionSaved,
  subscriptionTested,
} from "@/contract/subscriptions";
import { call, callAll } from "./fetcher";

/** Who is told of runs. Success is of the last deliveries, so it is asked anew while in view. */
export const subscriptionsQuery = queryOptions({
  queryKey: ["subscriptions"],
  queryFn: ({ signal }) => callAll("/subscriptions", subscriptionPage, signal),
  refetchInterval: 5_000,
});

/** What a subscription was sent or is to be, newest first. */
export const deliveriesQuery = (id: string, status: DeliveryStatus | "all") =>
  infiniteQueryOptions({
    queryKey: ["deliveries", id, status] as const,
    queryFn: ({ pageParam, signal }) =>
      call(`/subscriptions/${id}/deliveries`, deliveryPage, {
        query: { cursor: pageParam, limit: 50, status: status === "all" ? undefined : status },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    refetchInterval: 5_000,
    staleTime: 0,
  });

/** A webhook's signing secret comes back this once. */
export const newSubscription = (body: z.input<typeof createSubscription>) =>
  call("/subscriptions", subscriptionSaved, { method: "POST", body });

export const patchSubscription = (id: string, body: z.input<typeof changeSubscription>) =>
  call(`/subscriptions/${id}`, subscriptionSaved, { method: "PATCH", body });

/** Makes a new signing secret, shown this once; the old one stops counting. */
export const rotateSubscriptionSecret = (id: string) =>
  call(`/subscriptions/${id}/secret`, subscriptionSaved, { method: "POST" });

/** Sends a test event now and answers what came back. */
export const testSubscription = (id: string) =>
  call(`/subscriptions/${id}/test`, subscriptionTested, { method: "POST" });

export const deleteSubscription = (id: string) => call(`/subscriptions/${id}`, z.unknown(), { method: "DELETE" });

/** Sends a delivery again, under the same id. */
export const redeliver = (id: string) => call(`/deliveries/${id}/redeliver`, deliveryView, { method: "POST" });
