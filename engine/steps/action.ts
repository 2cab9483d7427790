/** The `action` kind: a command to a service, and the command that undoes it. */
import { z } from "zod";
import { compileCommand } from "../definition/compile-command";
import { classOf, titleFrom } from "../definition/defaults";
import { commandDocument, stepId } from "../definition/fields";
import type { SagaStep } from "../definition/saga";
import { strict } from "../definition/strict";

type Compiled = Omit<SagaStep, "incoming" | "outgoing">;

export const actionStep = strict({
  id: stepId,
  kind: z.literal("action").optional().describe("What the step is; action is the default."),
  title: z.string().min(1).max(120).optional().describe("What people read on the card; default: the id in words."),
  class: z
    .enum(["compensable", "pivot", "retriable", "readonly", "irreversible"])
    .optional()
    .describe(
      "compensable has an undo; pivot is the point of no return; retriable comes after it and will succeed in the end; readonly changes nothing; irreversible has an effect without undo, and that is accepted. Default: compensable with a compensation, else irreversible.",
    ),
  action: commandDocument.describe("What the step does: Service.Command, or the long form."),
  compensation: commandDocument.optional().describe("What undoes it: Service.Command, or the long form."),
  onFailure: z
    .enum(["compensate", "hold", "continue"])
    .optional()
    .describe("What a failure does: unwind the run (default), hold for a person, or go on without the step."),
  compensateSelf: z
    .enum(["ifUnknown", "always", "never"])
    .optional()
    .describe(
      "Whether the failing step itself is undone: when nobody knows if its effect happened (default), always, or never.",
    ),
  onCompensationFailure: z
    .enum(["hold", "continue"])
    .optional()
    .describe("What a failed undo does: hold for a person (default), or go on and end incomplete."),
  notes: z.string().max(4000).optional().describe("For the reader of the definition; the engine ignores it."),
}).describe("A command to a service, and the command that undoes it.");

/** Fills in the defaults of engine.md section 3; readonly and irreversible steps keep no compensation (U2). */
function compileAction(step: z.infer<typeof actionStep>): Compiled {
  const stepClass = classOf(step);
  const undone = step.compensation !== undefined && stepClass !== "readonly" && stepClass !== "irreversible";
  return {
    id: step.id,
    title: step.title ?? titleFrom(step.id),
    kind: "action",
    class: stepClass,
    action: compileCommand(step.action, "action"),
    compensation: undone && step.compensation ? compileCommand(step.compensation, "compensation") : null,
    onFailure: step.onFailure ?? "compensate",
    compensateSelf: step.compensateSelf ?? "ifUnknown",
    onCompensationFailure: step.onCompensationFailure ?? "hold",
  };
}

export const action = {
  kind: "action",
  title: "Action",
  description: "Sends a command to a service; its compensation undoes it.",
  schema: actionStep,
  compile: compileAction,
} as const;
