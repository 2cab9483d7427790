/**
 * The definition document as people write it: nothing is filled in, unknown keys are refused (engine.md section 3).
 * What a document means is `compile`'s; whether it makes sense is `lint`'s.
 */
import { z } from "zod";
import { limits } from "../limits";
import { stepDocument, type stepKinds } from "../steps";
import { durationText, expressionText, jsonObject, jsonValue, sagaType, stepId } from "./fields";
import { strict } from "./strict";

export const edgeDocument = strict({
  from: stepId.describe("The step the edge leaves."),
  to: stepId.describe("The step the edge enters."),
  when: expressionText
    .optional()
    .describe("A CEL condition; the edge is taken when it is true. Without one it is always taken."),
  otherwise: z
    .boolean()
    .optional()
    .describe("Of a decision: taken when no other edge out of it is; not together with when."),
}).describe("An arrow: the second step waits for the first.");

export const layoutDocument = z
  .record(z.string(), strict({ x: z.number().min(-1e6).max(1e6), y: z.number().min(-1e6).max(1e6) }))
  .describe("Where each step is drawn, and nothing else, so that a diff of logic stays clean.");

export const sagaDocument = strict({
  saga: sagaType.describe("The saga's type. Its runs end with <type>Completed or <type>Failed."),
  title: z.string().min(1).max(120).optional().describe("What people read; default: the type in words."),
  style: z
    .literal("orchestration", 'expected "orchestration"; choreography comes with a later version')
    .optional()
    .describe("orchestration: one definition says what is sent, in which order, and what undoes it."),
  input: jsonObject
    .optional()
    .describe("JSON Schema (draft 2020-12) of the run's data; starts are checked against it."),
  sample: jsonValue.optional().describe("An example of the run's data, used in forms and previews."),
  businessKey: expressionText
    .optional()
    .describe("What people search a run by, e.g. ${data.order_id}. Reads data only."),
  businessKeyUnique: z
    .boolean()
    .optional()
    .describe("Whether only one live run of this saga may have the same business key."),
  exposure: expressionText
    .optional()
    .describe("What is at stake while a run is half done, a number such as ${data.total_amount}. Reads data only."),
  deadline: durationText.optional().describe("Of the whole run, from its start; past it, the run unwinds."),
  undoOrder: z
    .enum(["graph", "sequence"])
    .optional()
    .describe(
      "graph (default): independent branches unwind in parallel; sequence: one undo at a time, last finished first.",
    ),
  steps: z
    .array(stepDocument)
    .min(1, "expected at least one step")
    .max(limits.steps)
    .describe(`The steps, at most ${limits.steps}.`),
  edges: z
    .array(edgeDocument)
    .max(limits.edges)
    .optional()
    .describe("The arrows. None at all: the steps run in the order listed."),
  layout: layoutDocument.optional(),
}).describe("A saga: steps with their undos, and the order they go in.");

export type SagaDocument = z.infer<typeof sagaDocument>;
export type StepDocument = z.infer<typeof stepDocument>;
/** A step that calls a service: the kind that is meant when none is said. */
export type ActionDocument = z.infer<typeof stepKinds.action.schema>;
export type EdgeDocument = z.infer<typeof edgeDocument>;
export { type CommandDocument, sagaTypePattern } from "./fields";
