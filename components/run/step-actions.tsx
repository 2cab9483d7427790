"use client";
import { useMay } from "@/components/api/use-role";
import type { OperationName } from "@/engine/run/event";
import { type Offer, operationNames } from "./offers";
import { OperationButton } from "./operation-button";
import { operationLooks } from "./operation-looks";

type StepActionsProps = {
  step: string;
  offers: Readonly<Record<OperationName, Offer>>;
  onOperate: (operation: OperationName, step: string) => void;
};

/** What can be done about this step now; nothing, and no row, when nothing can. */
export function StepActions({ step, offers, onOperate }: StepActionsProps) {
  const may = useMay("operator");
  const possible = operationNames.filter((name) => {
    const offer = offers[name];
    return offer.ok && offer.steps.includes(step);
  });
  if (possible.length === 0) return null;
  return (
    <footer className="flex flex-wrap gap-2 border-t p-3">
      {possible.map((name) => (
        <OperationButton
          key={name}
          offer={offers[name]}
          may={may}
          icon={operationLooks[name].icon}
          onClick={() => onOperate(name, step)}
        >
          {operationLooks[name].verb}…
        </OperationButton>
      ))}
    </footer>
  );
}
