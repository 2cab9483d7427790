import { infiniteQueryOptions, type QueryClient, queryOptions } from "@tanstack/react-query";
import { z } from "zod";
import { deadLetterPage, deadLetterView, replayed } from "@/contract/brokers";
import { call } from "./fetcher";

const PAGE = 100;

/** Messages that could not be taken and wait for a person, the newest first. */
export const deadLettersQuery = infiniteQueryOptions({
  queryKey: ["dead-letters", "list"],
  queryFn: ({ pageParam, signal }) =>
    call("/dead-letters", deadLetterPage, { query: { cursor: pageParam, limit: PAGE }, signal }),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.next ?? undefined,
  refetchInterval: 10_000,
});

/** How many there are, up to 1,000. */
export const deadLetterCountQuery = queryOptions({
  queryKey: ["dead-letters", "count"],
  queryFn: async ({ signal }) => (await call("/dead-letters", deadLetterPage, { query: { limit: 1 }, signal })).total,
  refetchInterval: 15_000,
});

/** One as it came, with its body. */
export const deadLetterQuery = (id: string) =>
  queryOptions({
    queryKey: ["dead-letters", "view", id] as const,
    queryFn: ({ signal }) => call(`/dead-letters/${id}`, deadLetterView, { signal }),
  });

export const refreshDeadLetters = (client: QueryClient) => client.invalidateQueries({ queryKey: ["dead-letters"] });

export const replayDeadLetter = (id: string) => call(`/dead-letters/${id}/replay`, replayed, { method: "POST" });

export const discardDeadLetter = (id: string, reason: string) =>
  call(`/dead-letters/${id}`, z.unknown(), { method: "DELETE", query: { reason } });
