import { queryOptions } from "@tanstack/react-query";
import { me } from "@/contract/people";
import { call } from "./fetcher";

/** Who is signed in, and with which role. */
export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: ({ signal }) => call("/me", me, { signal }),
  staleTime: 5 * 60_000,
});
