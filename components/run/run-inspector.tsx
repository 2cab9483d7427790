"use client";
import { X } from "lucide-react";
import { useMemo } from "react";
import { Button } from "@/components/ui/button";
import { Dock } from "@/components/ui/dock";
import type { OperationName } from "@/engine/run/event";
import { type RunState, stepOf } from "@/engine/run/state";
import type { Moment } from "./moment";
import { type Asker, type Offers, offersForItem } from "./offers";
import { RunFacts } from "./run-facts";
import type { Selection } from "./selection";
import { StepActions } from "./step-actions";
import { StepInspector } from "./step-inspector";
import { WhatHappensNow } from "./what-happens-now";

type RunInspectorProps = {
  moment: Moment;
  /** The run as it is now, also while the page replays its past: operations are on it. */
  present: RunState;
  selection: Selection | null;
  onSelect: (selection: Selection | null) => void;
  offers: Offers;
  asker: Asker;
  onOperate: (operation: OperationName, on: Selection) => void;
};

/** The panel at the right: the chosen step or item, or the run; what happens now; what can be done about it. */
export function RunInspector(props: RunInspectorProps) {
  const { moment, present, selection, onSelect, offers, asker, onOperate } = props;
  const spec = moment.saga.steps.find((step) => step.id === selection?.step);
  const step = selection === null ? undefined : stepOf(moment.state, selection.step);
  const item = selection?.item ?? null;
  const ofItem = useMemo(
    () => (spec && item !== null ? offersForItem(moment.saga, present, spec.id, item, asker) : null),
    [moment.saga, present, spec, item, asker],
  );
  const pick = (id: string, of?: number) => onSelect({ step: id, item: of ?? null });
  return (
    <Dock
      side="right"
      name="Inspector"
      initial={340}
      min={260}
      max={640}
      className="max-md:w-full! max-md:border-t max-md:border-l-0"
    >
      <div className="relative min-h-0 flex-1 overflow-y-auto max-md:flex-none">
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
            <StepInspector moment={moment} spec={spec} step={step} item={item} onSelect={pick} />
          </>
        ) : (
          <RunFacts moment={moment} onSelect={pick} />
        )}
        <WhatHappensNow moment={moment} onSelect={pick} />
      </div>
      {step && (
        <StepActions
          step={step.id}
          state={present}
          offers={offers}
          ofItem={ofItem}
          onOperate={(operation) => onOperate(operation, { step: step.id, item })}
        />
      )}
    </Dock>
  );
}
