/** The `decision` kind: of its out-edges, in order, the first whose condition is true is taken; else `otherwise`. */
import { z } from "zod";
import { strict } from "../definition/strict";
import { type Beginning, commonFields, compileCommon, type Spec } from "./kind";

const schema = strict({
  ...commonFields,
  kind: z.literal("decision").describe("What the step is: a choice between ways."),
  onFailure: z
    .enum(["compensate", "hold"])
    .optional()
    .describe("What it does when no way out fits: unwind the run (default), or hold for a person."),
}).describe("Takes one way out: the first edge whose condition is true, else the edge that says otherwise.");

function compile(step: z.infer<typeof schema>): Spec<"decision"> {
  return { ...compileCommon({ ...step, class: "readonly" }), kind: "decision" };
}

/** Which way it goes is a matter of its edges, which are evaluated when it is done. */
function begin(): Beginning {
  return { type: "done", result: null };
}

export const decision = {
  kind: "decision",
  title: "Decision",
  description: "Takes one of several ways, the first whose condition is true.",
  defaultClass: "readonly",
  schema,
  compile,
  expressions: () => [],
  begin,
  due: null,
} as const;
