import { commandFieldsOf } from "../definition/defaults";
import type { CommandDocument } from "../definition/fields";
import type { Written } from "./kind";

type Commands = {
  readonly action?: CommandDocument | undefined;
  readonly compensation?: CommandDocument | undefined;
  readonly probe?: CommandDocument | undefined;
};

/** The expressions of a step's commands: their inputs and paths. A probe reads what the action may, and its key. */
export function commandExpressions(step: Commands, names: readonly string[] = []): Written[] {
  return (["action", "compensation", "probe"] as const).flatMap((part) => {
    const command = step[part];
    if (command === undefined) return [];
    const half = part === "compensation" ? "compensation" : "action";
    const readable = part === "probe" ? [...names, "action_key", "original_input"] : names;
    const { input, http } = commandFieldsOf(command);
    const found: Written[] = [];
    if (input !== undefined) found.push({ path: [part, "input"], source: input, half, names: readable });
    if (http?.path !== undefined)
      found.push({ path: [part, "http", "path"], source: http.path, half, names: readable });
    return found;
  });
}
