import type { SagaDocument } from "@/engine/definition/document";
import { variableName } from "@/engine/definition/fields";
import { renameInValue, renameVariable } from "./rename-in-expression";
import { rewriteExpressions } from "./rename-step";
import { changeStep } from "./set-field";

/** What a forEach calls an item, there and in each expression that reads one. A name that cannot be used changes nothing. */
export function renameItem(document: SagaDocument, id: string, to: string): SagaDocument {
  return changeStep(document, id, (step) => {
    if (step.kind !== "forEach" || step.as === to || !variableName.safeParse(to).success) return step;
    const rename = (source: string) => renameVariable(source, step.as, to);
    const { items } = step;
    return { ...rewriteExpressions(step, (value) => renameInValue(value, rename)), items, as: to } as typeof step;
  });
}
