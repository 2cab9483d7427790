"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { z } from "zod";
import { dropApproval, refreshApprovals, sendDecision } from "@/components/api/approvals";
import { ApiError } from "@/components/api/fetcher";
import { refreshRun } from "@/components/api/run";
import { toast } from "@/components/ui/toaster";
import type { ApprovalView, decisionRequest } from "@/contract/messages";

const said = { approve: "Approved", reject: "Rejected" } as const;

/** Makes a decision, then brings the inbox and the run's page up to it. */
export function useDecision({ id, run, title }: ApprovalView, onDone: () => void) {
  const client = useQueryClient();
  const refresh = () => {
    void refreshApprovals(client);
    void refreshApprovals(client, run);
  };
  return useMutation({
    mutationFn: (body: z.input<typeof decisionRequest>) => sendDecision(id, body),
    onSuccess: (result, { decision }) => {
      toast.success(`${said[decision]}: ${title}`);
      dropApproval(client, id);
      refreshRun(client, run, result.seq);
      refresh();
      onDone();
    },
    onError: (error) => {
      if (error instanceof ApiError && error.status === 409) refresh();
    },
  });
}
