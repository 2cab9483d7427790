/** What a step calls, as it was written: empty where its kind calls no service. */

import type { Part } from "../run/state";
import type { StepDocument } from "./document";
import type { CommandDocument } from "./fields";

export type WrittenCommand = { readonly part: Part; readonly command: CommandDocument };

export function commandOf(step: StepDocument, part: Part): CommandDocument | undefined {
  return (step as Partial<Record<Part, CommandDocument>>)[part];
}

export function commandsOf(step: StepDocument): WrittenCommand[] {
  return (["action", "compensation", "probe"] as const).flatMap((part) => {
    const command = commandOf(step, part);
    return command === undefined ? [] : [{ part, command }];
  });
}
