"use client";
import { X } from "lucide-react";
import { Button } from "@/components/ui/button";
import { Dock } from "@/components/ui/dock";
import type { OperationName } from "@/engine/run/event";
import { stepOf } from "@/engine/run/state";
import type { Moment } from "./moment";
import type { Offer } from "./offers";
import { RunFacts } from "./run-facts";
import { StepActions } from "./step-actions";
import { StepInspector } from "./step-inspector";
import { WhatHappensNow } from "./what-happens-now";

type RunInspectorProps = {
  moment: Moment;
  selected: string | null;
  onSelect: (step: string | null) => void;
  offers: Readonly<Record<OperationName, Offer>>;
  onOperate: (operation: OperationName, step: string) => void;
};

/** The panel at the right: the chosen step, or the run; what happens now; what can be done about it. */
export function RunInspector({ moment, selected, onSelect, offers, onOperate }: RunInspectorProps) {
  const spec = moment.saga.steps.find((step) => step.id === selected);
  const step = selected === null ? undefined : stepOf(moment.state, selected);
  return (
    <Dock side="right" name="Inspector" initial={340} min={260} max={640}>
      <div className="relative min-h-0 flex-1 overflow-y-auto">
        {spec && step ? (
          <>
            <Button
              variant="ghost"
              size="icon-sm"
              aria-label="Back to the run"
              className="absolute top-3 right-2 z-10"
              onClick={() => onSelect(null)}
            >
              <X aria-hidden />
            </Button>
            <StepInspector moment={moment} spec={spec} step={step} />
          </>
        ) : (
          <RunFacts moment={moment} onSelect={onSelect} />
        )}
        <WhatHappensNow moment={moment} onSelect={onSelect} />
      </div>
      {step && <StepActions step={step.id} offers={offers} onOperate={onOperate} />}
    </Dock>
  );
}
