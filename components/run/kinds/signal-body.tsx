"use client";
import { Send } from "lucide-react";
import { useState } from "react";
import { useMay } from "@/components/api/use-role";
import { isEnded } from "@/engine/run/state";
import { OperationButton } from "../operation-button";
import { SignalSheet } from "../signal-sheet";
import { ResultOf, Section } from "../work-tabs";
import type { KindBodyProps } from "./kind-body";
import { WaitFacts } from "./wait-facts";

/** A signal: what is waited for and how long, the way to send it by hand, and the data it brought. */
export function SignalBody({ moment, spec, step }: KindBodyProps) {
  const [sending, setSending] = useState(false);
  const may = useMay("operator");
  if (spec.kind !== "signal") return null;
  const { signal } = spec;
  const kept = moment.state.signals.filter((one) => one.signal === signal).length;
  const open = !isEnded(moment.state) && (step.waiting !== null || step.status === "pending");
  return (
    <div className="flex flex-col gap-4 border-b p-4">
      <WaitFacts moment={moment} spec={spec} step={step} />
      {kept > 0 && (
        <p className="text-sm">
          {kept === 1 ? "One signal of this name has" : `${kept} signals of this name have`} come already; the first is
          taken as soon as the step begins.
        </p>
      )}
      {open && !moment.replaying && (
        <div>
          <OperationButton offer={{ ok: true, steps: [] }} may={may} icon={Send} onClick={() => setSending(true)}>
            Send signal…
          </OperationButton>
        </div>
      )}
      {step.status === "completed" && (
        <Section title="Result">
          <ResultOf work={step} />
        </Section>
      )}
      <SignalSheet
        signal={sending ? signal : null}
        run={moment.state.id}
        waiting={step.waiting !== null}
        onClose={() => setSending(false)}
      />
    </div>
  );
}
