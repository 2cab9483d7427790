/**
 * The definition document as people write it: nothing is filled in, unknown keys are refused (engine.md section 3).
 * What a document means is `compile`'s; whether it makes sense is `lint`'s.
 */
import { z } from "zod";
import { choreographyFields } from "../choreography/document";
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

const style = {
  orchestration: z
    .literal("orchestration", 'expected "orchestration" or "choreography"')
    .optional()
    .describe("orchestration: one definition says what is sent, in which order, and what undoes it."),
  choreography: z
    .literal("choreography")
    .describe("choreography: nobody is in charge; services react to each other's events."),
};

const heading = {
  saga: sagaType.describe("The saga's type. Its runs end with <type>Completed or <type>Failed."),
  title: z.string().min(1).max(120).optional().describe("What people read; default: the type in words."),
};

const about = {
  input: jsonObject
    .optional()
    .describe("JSON Schema (draft 2020-12) of the run's data; starts are checked against it."),
  sample: jsonValue.optional().describe("An example of the run's data, used in forms and previews."),
};

const stakes = {
  exposure: expressionText
    .optional()
    .describe("What is at stake while a run is half done, a number such as ${data.total_amount}. Reads data only."),
  deadline: durationText
    .optional()
    .describe("Of the whole run, from its start; past it, an orchestration unwinds and a choreography asks a person."),
};

export const orchestrationDocument = strict({
  ...heading,
  style: style.orchestration,
  ...about,
  businessKey: expressionText
    .optional()
    .describe("What people search a run by, e.g. ${data.order_id}. Reads data only."),
  businessKeyUnique: z
    .boolean()
    .optional()
    .describe("Whether only one live run of this saga may have the same business key."),
  ...stakes,
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

export const choreographyDocument = strict({
  ...heading,
  style: style.choreography,
  ...choreographyFields,
  ...about,
  ...stakes,
  layout: layoutDocument.optional(),
}).describe("A saga that nobody conducts: reactions of services to each other's events.");

type Orchestration = z.infer<typeof orchestrationDocument>;
type Choreography = z.infer<typeof choreographyDocument>;

/** Of either style. A choreography has no steps: an empty list, which is not written. */
export type SagaDocument = Omit<Orchestration, "style"> & {
  readonly [K in Exclude<keyof Choreography, keyof Orchestration>]?: Choreography[K] | undefined;
} & { readonly style?: "orchestration" | "choreography" | undefined };

/** The shape of a document of the style that a value says it has. */
export function shapeOf(value: unknown) {
  return isChoreography(value) ? choreographyDocument : orchestrationDocument;
}

export function isChoreography(value: unknown): boolean {
  return typeof value === "object" && value !== null && "style" in value && value.style === "choreography";
}

/** A stored document, or null where it has not the shape of one. */
export function readDocument(value: unknown): SagaDocument | null {
  const read = shapeOf(value).safeParse(value);
  return read.success ? asDocument(read.data) : null;
}

/** A value that is known to have the shape of a document: of a choreography, with the steps that it has not. */
export function asDocument(value: unknown): SagaDocument {
  const document = value as SagaDocument;
  return document.steps === undefined ? { ...document, steps: [] } : document;
}

export type StepDocument = z.infer<typeof stepDocument>;
/** A step that calls a service: the kind that is meant when none is said. */
export type ActionDocument = z.infer<typeof stepKinds.action.schema>;
export type { ReactionDocument } from "../choreography/document";
export type EdgeDocument = z.infer<typeof edgeDocument>;
export { type CommandDocument, sagaTypePattern } from "./fields";
