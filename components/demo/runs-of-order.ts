import { paths } from "@/contract/paths";

/** Where the runs of an order are that services dealt with by themselves: they know the order, and not the run. */
export const runsOfOrder = (order: string) => `${paths.runs()}?q=${encodeURIComponent(order)}`;
