/** The small shapes that several parts of a definition share. Descriptions become JSON Schema and editor hovers. */
import { z } from "zod";
import { maxSourceLength } from "../expression/expression";
import type { Json, JsonObject } from "../json";
import { isJsonObject } from "../json";
import { limits } from "../limits";
import { durationPattern, formatDuration, parseDuration } from "./duration";
import { strict } from "./strict";

const more = limits.name - 1;
export const stepIdPattern = new RegExp(`^[a-z][a-z0-9_]{0,${more}}$`);
const commandPattern = new RegExp(`^[A-Za-z][A-Za-z0-9_-]{0,${more}}\\.[A-Za-z][A-Za-z0-9_-]{0,${more}}$`);

/** Any JSON: `parseDefinition` made sure that a document is nothing else. */
export const jsonValue = z.custom<Json>((value) => value !== undefined);

export const jsonObject = z
  .custom<JsonObject>(isJsonObject, "expected an object")
  .meta({ type: "object", additionalProperties: true });

export const stepId = z
  .string()
  .regex(stepIdPattern, `expected a lower-case letter, then letters, digits or _ (at most ${limits.name} in all)`)
  .refine((id) => !unusableIds.has(id), "is a word that expressions could not read as steps.<id>; choose another")
  .describe(`The step's name, unique in the definition: lower-case letters, digits and _, at most ${limits.name}.`);

/** CEL keywords, and names that mean something else on a JavaScript object. */
const unusableIds = new Set(["in", "true", "false", "null", "constructor", "prototype"]);

export const durationText = z
  .string()
  .refine(
    (text) => parseDuration(text) !== null,
    `expected an ISO 8601 duration such as PT30S, PT5M or P2D (no months or years), more than 0 and at most ${formatDuration(limits.longestWait)}`,
  )
  .meta({ pattern: durationPattern.source, examples: ["PT30S", "PT5M", "P2D"] });

export const sagaTypePattern = /^[A-Z][A-Za-z0-9]{0,79}$/;

export const sagaType = z
  .string()
  .regex(
    sagaTypePattern,
    "expected a capital letter, then letters and digits (at most 80 in all), e.g. OrderFulfillment",
  );

export const signalName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_.-]{0,79}$/, "expected a letter, then letters, digits, dots, - or _ (at most 80 in all)");

/** Names that already mean something in every expression, or nothing in any. */
const takenNames = new Set([
  ...["saga", "data", "steps", "original_result", "original_input", "action_key", "outcome", "index", "event", "run"],
  ...["in", "true", "false", "null", "cel", "constructor", "prototype"],
  ...["saga_id", "step_name", "item"],
]);

export const variableName = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,79}$/, "expected a lower-case letter, then letters, digits or _ (at most 80 in all)")
  .refine((name) => !takenNames.has(name), "already means something in expressions; choose another");

export const expressionText = z.string().min(1).max(maxSourceLength);

export const commandName = z
  .string()
  .regex(commandPattern, "expected Service.Command, e.g. InventoryService.ReserveItems")
  .meta({ examples: ["InventoryService.ReserveItems"] });

export const retryFields = strict({
  attempts: z
    .int()
    .min(1)
    .max(limits.attempts)
    .describe("How often the command is tried in all; an action's default is 3, an undo's 10."),
  initial: durationText.describe("Delay before the second attempt; default PT1S."),
  factor: z.number().min(1).max(10).describe("What each delay is multiplied by for the next; default 2."),
  max: durationText.describe("The longest delay between two attempts; default PT1M."),
  jitter: z.number().min(0).max(1).describe("Share of each delay that is drawn by hash, 0 to 1; default 0.2."),
  maxElapsed: durationText.describe("No attempt starts later than this after the first; default PT1H."),
})
  .partial()
  .describe("How a retryable or unknown failure is tried again.");

export const httpFields = strict({
  method: z.enum(["GET", "POST", "PUT", "PATCH", "DELETE"]).optional().describe("HTTP method; default POST."),
  path: z
    .string()
    .min(1)
    .max(2000)
    .optional()
    .describe("Path below the service's address, starting with /; may hold ${…} expressions; default /{Command}."),
}).describe("How the command is sent over HTTP, where POST /{Command} does not fit.");

export const commandFields = strict({
  command: commandName.describe("Service.Command: a registered service and what it is asked to do."),
  input: jsonValue
    .optional()
    .describe(
      "What is sent. Strings may hold ${…} expressions. Default: saga_id, step_name and the run's data; an undo also gets original_result.",
    ),
  timeout: durationText.optional().describe("Time-out of one attempt, from dispatch to reply; default PT5M."),
  retry: retryFields.optional(),
  http: httpFields.optional(),
}).describe("A command to a service, in its long form.");

/** `Service.Command` alone is short for `{ command: Service.Command }`. */
export const commandDocument = z.union([commandName.describe("Short form: Service.Command."), commandFields]);
export type CommandDocument = z.infer<typeof commandDocument>;
export type CommandFields = z.infer<typeof commandFields>;
