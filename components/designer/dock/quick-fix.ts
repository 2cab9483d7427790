import { commandFieldsOf } from "@/engine/definition/defaults";
import type { SagaDocument } from "@/engine/definition/document";
import { keysOf } from "@/engine/definition/pointer";
import type { Problem } from "@/engine/problem";
import type { Change } from "../changes/change";
import type { InspectorTab } from "../document/problems";

/** What puts a problem right at once, or begins to: `tab` is where to go on. */
export type QuickFix = { readonly label: string; readonly change: Change; readonly tab?: InspectorTab };

/** The obvious remedy of a problem, where there is one. */
export function quickFixOf(document: SagaDocument, problem: Problem): QuickFix | null {
  const step = document.steps.find((other) => other.id === problem.step);
  const [, key] = keysOf(problem.path);
  switch (problem.code) {
    case "compensation-missing":
      return step && step.compensation === undefined
        ? {
            label: "Add compensation",
            change: {
              type: "set-half",
              step: step.id,
              half: "compensation",
              value: undoFor(commandFieldsOf(step.action).command),
            },
            tab: "compensation",
          }
        : null;
    case "compensation-unused":
      return (
        (step && {
          label: "Remove compensation",
          change: { type: "set-half", step: step.id, half: "compensation", value: undefined },
        }) ??
        null
      );
    case "class-assumed":
      return (
        (step && {
          label: "Accept it",
          change: {
            type: "set-field",
            step: step.id,
            field: "class",
            value: "irreversible",
          },
        }) ??
        null
      );
    case "compensate-self-unused":
      return (
        (step && {
          label: "Remove it",
          change: { type: "set-field", step: step.id, field: "compensateSelf", value: undefined },
        }) ??
        null
      );
    case "self-loop":
    case "duplicate-edge":
    case "edge-to-nowhere":
      return { label: "Delete edge", change: { type: "delete", steps: [], edges: [Number(key)] } };
    case "layout-unknown-step":
      return { label: "Forget it", change: { type: "move", positions: {} } };
    case "deadline-too-short":
      return { label: "Remove deadline", change: { type: "set-saga", field: "deadline", value: undefined } };
    default:
      return null;
  }
}

/** The service whose command it is most likely undoes it, too: the name is begun, a person completes it. */
const undoFor = (command: string) => (command.includes(".") ? `${command.slice(0, command.indexOf("."))}.` : "");
