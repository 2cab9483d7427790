/** The `forEach` kind: one command for each item of a list, each with a status and an undo of its own (F7). */
import { z } from "zod";
import { compileCommand, templateOf } from "../definition/compile-command";
import { commandDocument, expressionText, variableName } from "../definition/fields";
import { strict } from "../definition/strict";
import { render } from "../expression/expression";
import { limits } from "../limits";
import { commandExpressions } from "./command-expressions";
import {
  type Beginning,
  commonFields,
  compensateSelf,
  compileCommon,
  onCompensationFailure,
  onFailure,
  type Spec,
  type Start,
  type Written,
} from "./kind";

const schema = strict({
  ...commonFields,
  kind: z.literal("forEach").describe("What the step is: a command for each item."),
  class: z
    .enum(["compensable", "retriable", "readonly", "irreversible"])
    .optional()
    .describe("As for an action, for each item. A pivot cannot be many."),
  items: expressionText.describe("An expression that gives the list, e.g. ${data.passengers}; evaluated once."),
  as: variableName.describe("What an item is called in the expressions of this step, e.g. passenger."),
  concurrency: z.int().min(1).max(100).optional().describe("How many items are under way at once; default 1."),
  action: commandDocument.describe("What is done for each item: Service.Command, or the long form."),
  compensation: commandDocument.optional().describe("What undoes one item."),
  probe: commandDocument.optional().describe("Asks whether an item whose outcome is unknown happened."),
  onFailure,
  compensateSelf,
  onCompensationFailure,
}).describe(
  "A command for each item of a list; each item has its own status and undo. Its result is the list of results.",
);

type Document = z.infer<typeof schema>;

function compile(step: Document): Spec<"forEach"> {
  const common = compileCommon(step);
  const names = itemNames(step.as);
  const undone = step.compensation !== undefined && common.class !== "readonly" && common.class !== "irreversible";
  return {
    ...common,
    kind: "forEach",
    items: templateOf(step.items),
    as: step.as,
    concurrency: step.concurrency ?? 1,
    action: compileCommand(step.action, "action", names),
    compensation: undone && step.compensation ? compileCommand(step.compensation, "compensation", names) : null,
    probe: step.probe ? compileCommand(step.probe, "action", names) : null,
    undoneBy: undone ? "command" : null,
  };
}

/** What the expressions of one item read beside the usual context: the item, and its place in the list from 0. */
export function itemNames(as: string): readonly string[] {
  return [as, "index"];
}

function begin(spec: Spec<"forEach">, { context }: Start): Beginning {
  const rendered = render(spec.items, context());
  if (!rendered.ok) return failed("expression", rendered.problem.message);
  const items = rendered.value;
  if (!Array.isArray(items)) {
    return failed("items", `The items are ${JSON.stringify(items).slice(0, 80)}, expected a list`);
  }
  if (items.length > limits.items) return failed("items", `There are ${items.length} items, more than ${limits.items}`);
  return items.length === 0 ? { type: "done", result: [] } : { type: "items", items };
}

function failed(code: string, message: string): Beginning {
  return { type: "failed", error: { code, message } };
}

function expressions(step: Document): Written[] {
  const list: Written = { path: ["items"], source: step.items, half: "action" };
  return [list, ...commandExpressions(step, itemNames(step.as))];
}

export const forEach = {
  kind: "forEach",
  title: "For each",
  description: "Sends a command for each item of a list, and undoes each by itself.",
  defaultClass: null,
  schema,
  compile,
  expressions,
  begin,
  due: null,
} as const;
