"use client";
import { CircleSlash } from "lucide-react";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import type { OperationForm } from "./operation-form";

type LeftOutProps = {
  left: OperationForm["leaveOut"];
  onChange: (left: OperationForm["leaveOut"]) => void;
  titleOf: (step: string) => string;
  /** What is said of a reason that is missing; undefined until the person tried to send. */
  error: string | undefined;
};

/** The undos that a person leaves out of the unwind, each with the reason that the log will keep. */
export function LeftOut({ left, onChange, titleOf, error }: LeftOutProps) {
  return (
    <ul className="flex flex-col gap-3">
      {left.map(({ step, reason }) => (
        <li key={step} className="flex items-start gap-2 text-sm">
          <CircleSlash aria-hidden className="mt-1.5 size-3.5 shrink-0 text-state-skipped" />
          <div className="flex min-w-0 flex-1 flex-col gap-1.5">
            <div className="flex items-baseline justify-between gap-2">
              <span className="font-medium">{titleOf(step)}</span>
              <Button
                size="sm"
                variant="ghost"
                aria-label={`Undo ${titleOf(step)} after all`}
                onClick={() => onChange(left.filter((one) => one.step !== step))}
              >
                Undo it after all
              </Button>
            </div>
            <Field label={`Why ${titleOf(step)} is left out`} required error={reason.trim() ? undefined : error}>
              <Input
                autoFocus
                value={reason}
                maxLength={2000}
                onChange={({ target }) =>
                  onChange(left.map((one) => (one.step === step ? { step, reason: target.value } : one)))
                }
              />
            </Field>
          </div>
        </li>
      ))}
    </ul>
  );
}
