import { queryOptions } from "@tanstack/react-query";
import { z } from "zod";
import { brokerPage, brokerTested, brokerView, type putBroker } from "@/contract/brokers";
import { call, callAll } from "./fetcher";

/** The message brokers. How the server stands with each changes by itself, so it is asked anew while in view. */
export const brokersQuery = queryOptions({
  queryKey: ["brokers"],
  queryFn: ({ signal }) => callAll("/brokers", brokerPage, signal),
  refetchInterval: 5_000,
});

const at = (name: string) => `/brokers/${encodeURIComponent(name)}`;

/** Credentials that are left out stay as they were. */
export const saveBroker = (name: string, body: z.input<typeof putBroker>) =>
  call(at(name), brokerView, { method: "PUT", body });

/** Tries to connect with settings that need not be saved yet. */
export const tryBroker = (name: string, settings: z.input<typeof putBroker>) =>
  call(`${at(name)}/test`, brokerTested, { method: "POST", body: { settings } });

/** Refused while a service is reached over it. */
export const deleteBroker = (name: string) => call(at(name), z.unknown(), { method: "DELETE" });
