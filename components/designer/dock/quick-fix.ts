import { commandName } from "@/components/canvas/about-step";
import type { SagaDocument, StepDocument } from "@/engine/definition/document";
import { edgesOf } from "@/engine/definition/edges";
import { keysOf } from "@/engine/definition/pointer";
import { commandOf } from "@/engine/definition/step-commands";
import type { Problem } from "@/engine/problem";
import type { Change } from "../changes/change";
import type { InspectorTab } from "../document/problems";

/** What puts a problem right at once, or begins to: `tab` is where to go on. */
export type QuickFix = { readonly label: string; readonly change: Change; readonly tab?: InspectorTab };

/** The obvious remedy of a problem, where there is one. */
export function quickFixOf(document: SagaDocument, problem: Problem): QuickFix | null {
  const [, key] = keysOf(problem.path);
  const step = document.steps.find((other) => other.id === problem.step);
  switch (problem.code) {
    case "self-loop":
    case "duplicate-edge":
    case "edge-to-nowhere":
      return { label: "Delete edge", change: { type: "delete", steps: [], edges: [Number(key)] } };
    case "otherwise-out-of-place":
    case "otherwise-twice":
      return { label: "Remove otherwise", change: { type: "set-otherwise", edge: Number(key), otherwise: false } };
    case "otherwise-with-condition":
      return { label: "Keep the condition", change: { type: "set-otherwise", edge: Number(key), otherwise: false } };
    case "decision-without-condition":
      return hasOtherwise(document, problem.step)
        ? null
        : { label: "Make it otherwise", change: { type: "set-otherwise", edge: Number(key), otherwise: true } };
    case "layout-unknown-step":
      return { label: "Forget it", change: { type: "move", positions: {} } };
    case "deadline-too-short":
      return { label: "Remove deadline", change: { type: "set-saga", field: "deadline", value: undefined } };
    case "effect-without-undo":
      return problem.step === undefined
        ? null
        : {
            label: "It is irreversible",
            change: { type: "set-reaction", reaction: problem.step, field: "class", value: "irreversible" },
          };
    default:
      return step ? fixOfStep(step, problem.code) : null;
  }
}

const hasOtherwise = (document: SagaDocument, id: string | undefined) =>
  edgesOf(document).some((edge) => edge.from === id && edge.otherwise);

function fixOfStep(step: StepDocument, code: string): QuickFix | null {
  const { id } = step;
  const setCommand = { type: "set-command", step: id, part: "compensation" } as const;
  const setField = { type: "set-field", step: id } as const;
  switch (code) {
    case "compensation-missing":
      return commandOf(step, "compensation") === undefined
        ? { label: "Add compensation", change: { ...setCommand, value: undoFor(step) }, tab: "compensation" }
        : null;
    case "compensation-unused":
      return { label: "Remove compensation", change: { ...setCommand, value: undefined } };
    case "class-assumed":
      return { label: "Accept it", change: { ...setField, field: "class", value: "irreversible" } };
    case "compensate-self-unused":
      return { label: "Remove it", change: { ...setField, field: "compensateSelf", value: undefined } };
    case "signal-without-timeout":
      return { label: "Wait 3 days", change: { ...setField, field: "timeout", value: "P3D" } };
    case "wait-time":
      return step.kind === "wait" && step.until !== undefined
        ? { label: "Keep until", change: { ...setField, field: "for", value: undefined } }
        : { label: "Wait 1 hour", change: { ...setField, field: "for", value: "PT1H" } };
    default:
      return null;
  }
}

/** The service whose command it is most likely undoes it, too: the name is begun, a person completes it. */
function undoFor(step: StepDocument): string {
  const command = commandName(commandOf(step, "action"));
  return command.includes(".") ? `${command.slice(0, command.indexOf("."))}.` : "";
}
