"use client";
import { useRouter } from "next/navigation";
import { useMemo, useState } from "react";
import { ApiError } from "@/components/api/fetcher";
import { Button } from "@/components/ui/button";
import { plural } from "@/components/ui/format";
import { Notice } from "@/components/ui/notice";
import { Sheet, SheetContent } from "@/components/ui/sheet";
import { Loading, Skeleton } from "@/components/ui/skeleton";
import { toast } from "@/components/ui/toaster";
import { paths } from "@/contract/paths";
import type { OperationPlan } from "@/contract/runs";
import type { Saga } from "@/engine/definition/saga";
import type { OperationName } from "@/engine/run/event";
import { type RunState, stepOf } from "@/engine/run/state";
import { lookAfterwards } from "./afterwards";
import { type FieldProblem, pointerPath } from "./form/schema-validator";
import type { Asker, Offer } from "./offers";
import { OperationFields } from "./operation-fields";
import { blankForm, type FormErrors, type OperationForm, toRequest } from "./operation-form";
import { operationLook } from "./operation-looks";
import { PlanView } from "./plan-view";
import { countUndos } from "./planned-undos";
import { StartAgainFields } from "./start-again-fields";
import { stopChoices } from "./stop-choices";
import { StopField } from "./stop-field";
import { useOperation } from "./use-operation";
import { whatStays } from "./what-stays";

/** What was asked for by a button; another one is a new form. */
export type AskedOperation = {
  readonly operation: OperationName;
  readonly step: string | null;
  readonly item: number | null;
};

type OperationSheetProps = {
  asked: AskedOperation | null;
  onClose: () => void;
  saga: Saga;
  state: RunState;
  offer: Offer | null;
  asker: Asker;
  titleOf: (step: string) => string;
};

/** Every operation goes through here: what it would do first, then the reason, then one button that says it again. */
export function OperationSheet({ asked, onClose, ...rest }: OperationSheetProps) {
  return (
    <Sheet open={asked !== null} onOpenChange={(open) => !open && onClose()}>
      {asked && (
        <OperationPanel
          key={`${asked.operation}:${asked.step}:${asked.item}`}
          asked={asked}
          onClose={onClose}
          {...rest}
        />
      )}
    </Sheet>
  );
}

type PanelProps = OperationSheetProps & { asked: AskedOperation };

function OperationPanel({ asked, onClose, saga, state, offer, asker, titleOf }: PanelProps) {
  const { operation } = asked;
  const router = useRouter();
  const [form, setForm] = useState<OperationForm>(() => blankForm(operation, firstStep(asked, offer), asked.item));
  const [tried, setTried] = useState(false);
  const change = (changed: Partial<OperationForm>) => setForm({ ...form, ...changed });
  // What is done is named as it was when it was asked for, though the run has moved on by then.
  const [opened] = useState(state);
  const look = operationLook(operation, form.step, opened);
  const { request, errors } = toRequest(form);
  const { plan, run } = useOperation(form, state, ({ started }) => {
    toast.success(look.done);
    onClose();
    if (started) router.push(paths.run(started));
  });
  const summary = summaryOf(plan.data, form, titleOf);
  const whole = operation === "compensate" && form.step === null;
  const stops = useMemo(() => (whole ? stopChoices(saga, state) : []), [whole, saga, state]);
  const shown = tried ? errors : onlyTyped(errors);
  const send = () => {
    setTried(true);
    if (Object.keys(errors).length === 0) run.mutate(plan.data?.seq);
  };
  return (
    <SheetContent
      title={titleText(look.verb, form, titleOf)}
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
            {isShort(summary) && operation !== "startAgain" ? summary : look.verb}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-5">
        {run.error && <Refused error={run.error} />}
        {plan.error ? <Refused error={plan.error} /> : null}
        {whole && (
          <StopField choices={stops} value={form.downTo} onChange={(downTo) => change({ downTo })} titleOf={titleOf} />
        )}
        {operation !== "pause" && summary !== "" && !isShort(summary) && <Notice>{summary}.</Notice>}
        {changesNothing(operation) ? null : plan.data ? (
          <PlanView
            plan={plan.data}
            titleOf={titleOf}
            whyLeftOut={(step) => stepOf(state, step)?.leftOut ?? null}
            stays={operation === "terminate" ? whatStays(saga, state) : null}
            afterwards={lookAfterwards(saga, state, plan.data, request)}
            leftOut={
              whole
                ? { left: form.leaveOut, onChange: (leaveOut) => change({ leaveOut }), error: shown.leaveOut }
                : null
            }
          />
        ) : (
          plan.isFetching && <PlanSkeleton />
        )}
        {operation === "startAgain" && (
          <StartAgainFields
            state={state}
            input={form.input}
            onChange={(input) => change({ input })}
            problems={run.error ? dataProblems(run.error) : []}
          />
        )}
        <OperationFields
          form={form}
          onChange={change}
          saga={saga}
          state={state}
          offer={offer ?? { ok: false, why: "" }}
          asker={asker}
          titleOf={titleOf}
          errors={shown}
        />
      </div>
    </SheetContent>
  );
}

/** What leaves this run as it is has no plan worth reading. */
const changesNothing = (operation: OperationName) => operation === "note" || operation === "startAgain";

function titleText(verb: string, { step, item }: OperationForm, titleOf: (step: string) => string): string {
  if (step === null) return verb;
  return `${verb}: ${titleOf(step)}${item === null ? "" : `, item ${item}`}`;
}

/** What fits on a button; a longer summary is said above the plan instead. */
const isShort = (summary: string) => summary !== "" && summary.length <= 44;

/** The plan in a sentence, with the names that people know: of items beside their steps, of the step that stays. */
function summaryOf(plan: OperationPlan | undefined, { downTo }: OperationForm, titleOf: (step: string) => string) {
  if (!plan) return "";
  const { steps, items } = countUndos(plan.undos);
  const counted = `${plural(steps, "step")} (${plural(items, "item")})`;
  const summary = items === 0 ? plan.summary : plan.summary.replace(/\b\d+ steps?\b/, counted);
  const end = `down to ${downTo}`;
  return downTo !== null && summary.endsWith(end) ? summary.slice(0, -downTo.length) + titleOf(downTo) : summary;
}

/** The step that was pointed at; else the only one that it could mean. */
const firstStep = (asked: AskedOperation, offer: Offer | null) =>
  asked.step ?? (offer?.ok && offer.steps.length === 1 ? (offer.steps[0] ?? null) : null);

/** Broken JSON is said at once; an empty field only after the person tried to send. */
function onlyTyped({ input, result }: FormErrors): FormErrors {
  return { ...(input ? { input } : {}), ...(result ? { result } : {}) };
}

/** What the server found in a new run's data, at its field; its paths point into the request, under `/input`. */
function dataProblems(error: Error): readonly FieldProblem[] {
  if (!(error instanceof ApiError) || !error.path?.startsWith("/input/")) return [];
  return [{ path: pointerPath(error.path.slice("/input".length)), message: error.detail }];
}

function PlanSkeleton() {
  return (
    <Loading label="Working out the plan" className="flex flex-col gap-2">
      <Skeleton className="w-40" />
      <Skeleton className="h-10 w-full" />
      <Skeleton className="h-10 w-full" />
    </Loading>
  );
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
    <Notice tone="failed" title="It was not done">
      {error.message}
    </Notice>
  );
}
