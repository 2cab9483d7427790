import { type InfiniteData, infiniteQueryOptions, type QueryClient, queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import {
  approvalPage,
  type decisionRequest,
  decisionResult,
  type signalRequest,
  signalResult,
} from "@/contract/messages";
import { call } from "./fetcher";

const PAGE = 100;

/** Decisions that somebody is asked for; `mine`: only those that whoever asks may make. */
export const approvalsQuery = (mine: boolean) =>
  infiniteQueryOptions({
    queryKey: ["approvals", "list", { mine }] as const,
    queryFn: ({ pageParam, signal }) =>
      call("/approvals", approvalPage, {
        query: { mine: mine ? "true" : undefined, cursor: pageParam, limit: PAGE },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });

/** The decisions that one run waits for. */
export const runApprovalsQuery = (run: string) =>
  queryOptions({
    queryKey: ["approvals", "run", run] as const,
    queryFn: ({ signal }) => call("/approvals", approvalPage, { query: { run, limit: 200 }, signal }),
  });

/** Asks again who is asked for what: in every list that is in view, and of one run when it is named. */
export const refreshApprovals = (client: QueryClient, run?: string) =>
  client.invalidateQueries({ queryKey: run === undefined ? ["approvals", "list"] : runApprovalsQuery(run).queryKey });

type ApprovalPages = InfiniteData<z.infer<typeof approvalPage>, string | undefined>;

/** Takes what was just decided out of every list, before they are asked again. */
export const dropApproval = (client: QueryClient, id: string) =>
  client.setQueriesData<ApprovalPages>(
    { queryKey: ["approvals", "list"] },
    (list) =>
      list && {
        ...list,
        pages: list.pages.map((page) => ({ ...page, items: page.items.filter((one) => one.id !== id) })),
      },
  );

/** Approves or rejects; answers once that is in the run's log. */
export const sendDecision = (id: string, body: z.input<typeof decisionRequest>) =>
  call(`/approvals/${encodeURIComponent(id)}/decision`, decisionResult, { method: "POST", body });

/** Tells a run a word from outside; it is kept until a step takes it. */
export const sendSignal = (body: z.input<typeof signalRequest>) =>
  call("/signals", signalResult, { method: "POST", body });
