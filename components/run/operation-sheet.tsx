"use client";
import { useState } from "react";
import { ApiError } from "@/components/api/fetcher";
import { Button } from "@/components/ui/button";
import { Notice } from "@/components/ui/notice";
import { Sheet, SheetContent } from "@/components/ui/sheet";
import { Loading, Skeleton } from "@/components/ui/skeleton";
import { toast } from "@/components/ui/toaster";
import type { Saga } from "@/engine/definition/saga";
import type { OperationName } from "@/engine/run/event";
import type { RunState } from "@/engine/run/state";
import { lookAfterwards } from "./afterwards";
import type { Offer } from "./offers";
import { OperationFields } from "./operation-fields";
import { blankForm, type OperationForm, toRequest } from "./operation-form";
import { operationLooks } from "./operation-looks";
import { PlanView } from "./plan-view";
import { useOperation } from "./use-operation";
import { whatStays } from "./what-stays";

/** What was asked for by a button; a new `key` is a new form. */
export type AskedOperation = { readonly operation: OperationName; readonly step: string | null };

type OperationSheetProps = {
  asked: AskedOperation | null;
  onClose: () => void;
  saga: Saga;
  state: RunState;
  offer: Offer | null;
  titleOf: (step: string) => string;
};

/** Every operation goes through here: what it would do first, then the reason, then one button that says it again. */
export function OperationSheet({ asked, onClose, ...rest }: OperationSheetProps) {
  return (
    <Sheet open={asked !== null} onOpenChange={(open) => !open && onClose()}>
      {asked && <OperationPanel key={`${asked.operation}:${asked.step}`} asked={asked} onClose={onClose} {...rest} />}
    </Sheet>
  );
}

type PanelProps = OperationSheetProps & { asked: AskedOperation };

function OperationPanel({ asked, onClose, saga, state, offer, titleOf }: PanelProps) {
  const { operation } = asked;
  const look = operationLooks[operation];
  const [form, setForm] = useState<OperationForm>(() => blankForm(operation, firstStep(asked, offer)));
  const [tried, setTried] = useState(false);
  const { request, errors } = toRequest(form);
  const { plan, run } = useOperation(form, state, () => {
    toast.success(look.done);
    onClose();
  });
  const blocked = Object.keys(errors).length > 0;
  const send = () => {
    setTried(true);
    if (!blocked) run.mutate(plan.data?.seq);
  };
  return (
    <SheetContent
      title={`${look.verb}${form.step ? `: ${titleOf(form.step)}` : ""}`}
      description={look.about}
      footer={
        <>
          <Button onClick={onClose}>Leave as it is</Button>
          <Button
            variant={operation === "terminate" ? "danger" : "primary"}
            busy={run.isPending}
            disabled={plan.isError || !plan.data || plan.isPlaceholderData}
            onClick={send}
          >
            {shortSummary(plan.data?.summary) ?? look.verb}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-5">
        {run.error && <Refused error={run.error} />}
        {plan.error ? <Refused error={plan.error} /> : null}
        {plan.data && operation !== "pause" && !shortSummary(plan.data.summary) && (
          <Notice>{plan.data.summary}.</Notice>
        )}
        {plan.data ? (
          <PlanView
            plan={plan.data}
            titleOf={titleOf}
            stays={operation === "terminate" ? whatStays(saga, state) : null}
            afterwards={lookAfterwards(saga, state, plan.data, request)}
          />
        ) : (
          plan.isFetching && (
            <Loading label="Working out the plan" className="flex flex-col gap-2">
              <Skeleton className="w-40" />
              <Skeleton className="h-10 w-full" />
              <Skeleton className="h-10 w-full" />
            </Loading>
          )
        )}
        <OperationFields
          form={form}
          onChange={(change) => setForm({ ...form, ...change })}
          state={state}
          offer={offer ?? { ok: false, why: "" }}
          titleOf={titleOf}
          errors={tried ? errors : onlyTyped(errors)}
        />
      </div>
    </SheetContent>
  );
}

/** What fits on a button; a longer summary is said above the plan instead. */
const shortSummary = (summary: string | undefined) => (summary && summary.length <= 44 ? summary : null);

/** The step that was pointed at; else the only one that it could mean. */
const firstStep = (asked: AskedOperation, offer: Offer | null) =>
  asked.step ?? (offer?.ok && offer.steps.length === 1 ? (offer.steps[0] ?? null) : null);

/** Broken JSON is said at once; an empty field only after the person tried to send. */
function onlyTyped(errors: ReturnType<typeof toRequest>["errors"]) {
  const { input, result } = errors;
  return { ...(input ? { input } : {}), ...(result ? { result } : {}) };
}

function Refused({ error }: { error: Error }) {
  const moved = error instanceof ApiError && error.code === "stale_plan";
  if (moved)
    return (
      <Notice tone="attention" title="The run has moved on">
        Nothing was done. This is the plan as the run stands now; read it again before you send it.
      </Notice>
    );
  return (
    <Notice tone="failed" title={error instanceof ApiError ? error.title : "That did not work"}>
      {error instanceof ApiError ? error.detail : error.message}
    </Notice>
  );
}
