/** The `action` kind: a command to a service, and the command that undoes it. */
import { z } from "zod";
import { compileCommand } from "../definition/compile-command";
import { commandDocument } from "../definition/fields";
import { strict } from "../definition/strict";
import { commandExpressions } from "./command-expressions";
import {
  type Beginning,
  commonFields,
  compensateSelf,
  compileCommon,
  onCompensationFailure,
  onFailure,
  type Spec,
  type Written,
} from "./kind";

const schema = strict({
  ...commonFields,
  kind: z.literal("action").optional().describe("What the step is; action is the default."),
  class: z
    .enum(["compensable", "pivot", "retriable", "readonly", "irreversible"])
    .optional()
    .describe(
      "compensable has an undo; pivot is the point of no return; retriable comes after it and will succeed in the end; readonly changes nothing; irreversible has an effect without undo, and that is accepted. Default: compensable with a compensation, else irreversible.",
    ),
  action: commandDocument.describe("What the step does: Service.Command, or the long form."),
  compensation: commandDocument.optional().describe("What undoes it: Service.Command, or the long form."),
  probe: commandDocument
    .optional()
    .describe(
      "Asks the service whether an action whose outcome is unknown happened; it answers { happened, result?, fenced? }.",
    ),
  onFailure,
  compensateSelf,
  onCompensationFailure,
}).describe("A command to a service, and the command that undoes it.");

type Document = z.infer<typeof schema>;

/** Fills in the defaults of engine.md section 3; readonly and irreversible steps keep no compensation (U2). */
function compile(step: Document): Spec<"action"> {
  const common = compileCommon(step);
  const undone = step.compensation !== undefined && common.class !== "readonly" && common.class !== "irreversible";
  return {
    ...common,
    kind: "action",
    action: compileCommand(step.action, "action"),
    compensation: undone && step.compensation ? compileCommand(step.compensation, "compensation") : null,
    probe: step.probe ? compileCommand(step.probe, "action") : null,
    undoneBy: undone ? "command" : null,
  };
}

function begin(): Beginning {
  return { type: "calls" };
}

function expressions(step: Document): Written[] {
  return commandExpressions(step);
}

export const action = {
  kind: "action",
  title: "Action",
  description: "Sends a command to a service; its compensation undoes it.",
  defaultClass: null,
  schema,
  compile,
  expressions,
  begin,
  due: null,
} as const;
