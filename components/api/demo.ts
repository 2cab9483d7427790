import { queryOptions } from "@tanstack/react-query";
import { z } from "zod";
import { type changeDemoSwitch, demoOrder, demoShop, type placeDemoOrder } from "@/contract/demo";
import { call } from "./fetcher";

/** The demo shop's switches, stock and last calls; asked each second and a half while its page is open. */
export const demoQuery = queryOptions({
  queryKey: ["demo"],
  queryFn: ({ signal }) => call("/demo", demoShop, { signal }),
  refetchInterval: 1_500,
});

/** Whether this installation has a demo shop: asked once. */
export const demoPresenceQuery = { ...demoQuery, refetchInterval: false, staleTime: Number.POSITIVE_INFINITY } as const;

/** Puts the shop back to its beginning: stock, book and switches. */
export const resetShop = () => call("/demo/reset", demoShop, { method: "POST" });

/** Lets an order come in that nobody directs. */
export const placeOrder = (body: z.input<typeof placeDemoOrder>) =>
  call("/demo/orders", demoOrder, { method: "POST", body });

export const flipSwitch = (service: string, command: string, body: z.input<typeof changeDemoSwitch>) =>
  call(`/demo/switches/${encodeURIComponent(service)}/${encodeURIComponent(command)}`, z.unknown(), {
    method: "PATCH",
    body,
  });
