"use client";
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useDeferredValue } from "react";
import { ApiError } from "@/components/api/fetcher";
import { refreshRun, runPlanQuery } from "@/components/api/run";
import { operate, runQuery } from "@/components/api/runs";
import type { RunState } from "@/engine/run/state";
import { type OperationForm, toRequest } from "./operation-form";

/** Asks for the plan of a form as it is filled in, and does the operation under the plan's `seq`. */
export function useOperation(form: OperationForm, state: RunState, onDone: (summary: string) => void) {
  const client = useQueryClient();
  const asked = useDeferredValue(form);
  const { request } = toRequest({ ...asked, reason: "planned", evidence: "planned" });
  const plan = useQuery({
    ...runPlanQuery(state.id, state.seq, request),
    placeholderData: keepPreviousData,
  });
  const run = useMutation({
    mutationFn: async () => {
      const { request: final } = toRequest(form, plan.data?.seq);
      if (!final) throw new Error("The form is not complete");
      return operate(state.id, final);
    },
    onSuccess: (result) => {
      client.setQueryData(runQuery(state.id).queryKey, result.run);
      refreshRun(client, state.id, result.seq);
      onDone(plan.data?.summary ?? "Done");
    },
    onError: (error) => {
      if (error instanceof ApiError && error.status === 409) refreshRun(client, state.id);
    },
  });
  return { plan, run };
}
