"use client";
import { Check, X } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { ApiError } from "@/components/api/fetcher";
import { checkData, type FieldProblem, pointerPath, toFieldErrors } from "@/components/run/form/schema-validator";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Notice } from "@/components/ui/notice";
import { Skeleton } from "@/components/ui/skeleton";
import { Textarea } from "@/components/ui/textarea";
import type { ApprovalView } from "@/contract/messages";
import { isJsonObject, type Json } from "@/engine/json";
import { useDecision } from "./use-decision";

const SchemaForm = lazy(() => import("../run/form/schema-form").then((module) => ({ default: module.SchemaForm })));

type DecisionFormProps = { approval: ApprovalView; onDone: () => void };

/** What the step asks for, a comment, and the two ways to decide; in place of them, why the person may not. */
export function DecisionForm({ approval, onDone }: DecisionFormProps) {
  const schema = isJsonObject(approval.form) ? approval.form : null;
  const [form, setForm] = useState<Json>(schema ? {} : null);
  const [comment, setComment] = useState("");
  const [problems, setProblems] = useState<readonly FieldProblem[]>([]);
  const [uncommented, setUncommented] = useState(false);
  const decision = useDecision(approval, onDone);
  const asked = decision.variables?.decision;
  if (!approval.mayDecide) return <MayNot why={approval.whyNot} />;
  const approve = () => {
    const found = schema ? checkData(schema, form) : [];
    setProblems(found);
    setUncommented(false);
    if (found.length === 0) decision.mutate({ decision: "approve", form, comment });
  };
  const reject = () => {
    setProblems([]);
    setUncommented(comment.trim() === "");
    const filled = schema && checkData(schema, form).length === 0 ? form : null;
    if (comment.trim()) decision.mutate({ decision: "reject", form: filled, comment });
  };
  const shown = decision.error ? serverProblems(decision.error) : problems;
  return (
    <div className="flex flex-col gap-4">
      {decision.error && shown.length === 0 && (
        <Notice tone="failed" title="Your decision was not taken">
          {decision.error.message}
        </Notice>
      )}
      {schema && (
        <Suspense fallback={<Skeleton className="h-32 w-full" />}>
          <SchemaForm
            schema={schema}
            data={form}
            onChange={setForm}
            errors={shown.length > 0 ? toFieldErrors(shown) : undefined}
          />
        </Suspense>
      )}
      <Field
        label="Comment"
        hint="Needed to reject. It stays in the run's log, with your name."
        error={uncommented && !comment.trim() ? "Say why you reject it." : undefined}
      >
        <Textarea rows={2} maxLength={2000} value={comment} onChange={({ target }) => setComment(target.value)} />
      </Field>
      <div className="flex gap-2">
        <Button
          variant="primary"
          busy={decision.isPending && asked === "approve"}
          disabled={decision.isPending}
          onClick={approve}
        >
          <Check aria-hidden /> Approve
        </Button>
        <Button
          variant="danger"
          busy={decision.isPending && asked === "reject"}
          disabled={decision.isPending}
          onClick={reject}
        >
          <X aria-hidden /> Reject
        </Button>
      </div>
    </div>
  );
}

function MayNot({ why }: { why: string | null }) {
  return <Notice title="You cannot decide this">{why ?? "It is not for you to decide."}</Notice>;
}

/** What the server found in the form, at its field; its paths point into the request, where the form is under `/form`. */
function serverProblems(error: Error): readonly FieldProblem[] {
  if (!(error instanceof ApiError) || !error.path?.startsWith("/form/")) return [];
  return [{ path: pointerPath(error.path.slice("/form".length)), message: error.detail }];
}
