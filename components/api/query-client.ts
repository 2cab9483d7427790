import { QueryClient } from "@tanstack/react-query";
import { ApiError } from "./fetcher";

/** Live data is kept true by the socket, so nothing refetches by time; what the server refused is not asked again. */
export const makeQueryClient = () =>
  new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        refetchOnWindowFocus: false,
        retry: (failures, error) => failures < 2 && !(error instanceof ApiError && error.status < 500),
      },
    },
  });
