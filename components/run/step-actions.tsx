"use client";
import { useMay } from "@/components/api/use-role";
import type { OperationName } from "@/engine/run/event";
import type { RunState } from "@/engine/run/state";
import { type Offers, operationNames } from "./offers";
import { OperationButton } from "./operation-button";
import { operationLook } from "./operation-looks";

type StepActionsProps = {
  step: string;
  state: RunState;
  offers: Offers;
  /** What may be done to the one item that is looked at; null: the step as a whole is. */
  ofItem: readonly OperationName[] | null;
  onOperate: (operation: OperationName) => void;
};

/** What can be done about this step, or item, now; nothing, and no row, when nothing can. */
export function StepActions({ step, state, offers, ofItem, onOperate }: StepActionsProps) {
  const may = useMay("operator");
  const possible = ofItem ?? operationNames.filter((name) => isFor(offers, name, step));
  if (possible.length === 0) return null;
  return (
    <footer className="flex flex-wrap gap-2 border-t p-3">
      {possible.map((name) => {
        const look = operationLook(name, step, state);
        return (
          <OperationButton
            key={name}
            offer={{ ok: true, steps: [step] }}
            may={may}
            icon={look.icon}
            onClick={() => onOperate(name)}
          >
            {look.verb}…
          </OperationButton>
        );
      })}
    </footer>
  );
}

function isFor(offers: Offers, name: OperationName, step: string): boolean {
  if (name === "compensate") return offers.late.includes(step);
  const offer = offers[name];
  return offer.ok && offer.steps.includes(step);
}
