import { queryOptions } from "@tanstack/react-query";
import { z } from "zod";
import { type putService, servicePage, serviceSaved } from "@/contract/services";
import { call, callAll } from "./fetcher";

/** The registered participants. Health is of the server's last calls, so it is asked anew while in view. */
export const servicesQuery = queryOptions({
  queryKey: ["services"],
  queryFn: ({ signal }) => callAll("/services", servicePage, signal),
  refetchInterval: 10_000,
});

const at = (name: string) => `/services/${encodeURIComponent(name)}`;

/** Registers or changes a service; a new one's signing secret comes back this once. */
export const saveService = (name: string, body: z.input<typeof putService>) =>
  call(at(name), serviceSaved, { method: "PUT", body });

/** Makes a new signing secret, shown this once; the old one stops counting. */
export const rotateSecret = (name: string) => call(`${at(name)}/secret`, serviceSaved, { method: "POST" });

/** Takes a service out; refused while published definitions call it. */
export const deleteService = (name: string) => call(at(name), z.unknown(), { method: "DELETE" });
