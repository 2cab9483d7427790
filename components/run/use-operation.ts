"use client";
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useDeferredValue } from "react";
import { ApiError } from "@/components/api/fetcher";
import { refreshRun, runPlanQuery } from "@/components/api/run";
import { operate, runQuery } from "@/components/api/runs";
import type { RunState } from "@/engine/run/state";
import { type OperationForm, toRequest } from "./operation-form";

type Result = Awaited<ReturnType<typeof operate>>;

/** Asks for the plan of a form as it is filled in, and does the operation under the plan's `seq`. */
export function useOperation(form: OperationForm, state: RunState, onDone: (result: Result) => void) {
  const client = useQueryClient();
  const asked = useDeferredValue(form);
  const { request } = toRequest(withoutReasons(asked));
  const run = useMutation({
    mutationFn: async (seq: number | undefined) => {
      const { request: final } = toRequest(form, seq);
      if (!final) throw new Error("The form is not complete");
      return operate(state.id, final);
    },
    onSuccess: (result) => {
      client.setQueryData(runQuery(state.id).queryKey, result.run);
      refreshRun(client, state.id, result.seq);
      onDone(result);
    },
    onError: (error) => {
      if (error instanceof ApiError && error.status === 409) refreshRun(client, state.id);
    },
  });
  const query = runPlanQuery(state.id, state.seq, request);
  const settled = run.isPending || run.isSuccess;
  const plan = useQuery({ ...query, enabled: request !== null && !settled, placeholderData: keepPreviousData });
  return { plan, run };
}

/** A plan does not hang on why things are done: typing a reason asks for no other plan. */
function withoutReasons(form: OperationForm): OperationForm {
  const leaveOut = form.leaveOut.map(({ step }) => ({ step, reason: "planned" }));
  return { ...form, leaveOut, reason: "planned", evidence: "planned" };
}
