/** How a choreography is written: who reacts to which event, with what, and how it ends (engine.md section 8). */
import { z } from "zod";
import {
  commandName,
  durationText,
  expressionText,
  httpFields,
  jsonValue,
  retryFields,
  stepId,
} from "../definition/fields";
import { strict } from "../definition/strict";
import { limits } from "../limits";

export const eventType = z
  .string()
  .regex(
    /^[A-Za-z][A-Za-z0-9_.-]{0,199}$/,
    "expected a letter, then letters, digits, dots, - or _ (at most 200 in all), e.g. OrderCreated",
  )
  .describe("The type of an event: the CloudEvent's `type`.");

const eventTypes = z.array(eventType).min(1, "expected at least one event").max(limits.eventTypes);

export const reactionDocument = strict({
  id: stepId,
  title: z.string().min(1).max(120).optional().describe("What people read on the card; default: the id in words."),
  notes: z.string().max(4000).optional().describe("For the reader of the definition; the engine ignores it."),
  on: z
    .union([eventType, eventTypes])
    .describe("The event that it reacts to, or several: any of them. It fires once a run, unless `repeat`."),
  when: expressionText
    .optional()
    .describe("A CEL condition; it reacts only where that is true. Reads event, run, events, data and steps."),
  send: commandName
    .optional()
    .describe("Service.Command that it sends (drive), or that the service is known to do by itself (observe)."),
  emit: eventType.optional().describe("The event that it says itself; not together with send."),
  input: jsonValue
    .optional()
    .describe("What is sent or emitted. Strings may hold ${…}. Default: the event's data, and saga_id, the run's key."),
  http: httpFields.optional(),
  timeout: durationText.optional().describe("Of one attempt to hand the command over; default PT5M."),
  retry: retryFields.optional(),
  expect: eventTypes
    .optional()
    .describe("The events one of which must come of it. Without any, the service's answer is all that is waited for."),
  fails: z
    .array(eventType)
    .max(limits.eventTypes)
    .optional()
    .describe(
      "Those of `expect` that say that it did not happen; an empty list: none of them. Default: those on which something is undone, or that end the run failed.",
    ),
  within: durationText
    .optional()
    .describe(
      "How long one of the expected events may take, from when the command was handed over (`timeout` and `retry` say how long that may take); past it, a person is asked.",
    ),
  undoes: stepId.optional().describe("The reaction whose effect this one undoes."),
  class: z
    .enum(["compensable", "readonly", "irreversible"])
    .optional()
    .describe(
      "readonly changes nothing; irreversible has an effect without undo, and that is accepted. Default: compensable where a reaction undoes it, else irreversible.",
    ),
  repeat: z.boolean().optional().describe("Whether it reacts to every such event of a run, and not only to the first."),
}).describe("Who reacts to an event, and with what.");

export type ReactionDocument = z.infer<typeof reactionDocument>;

/** The fields of a definition that only a choreography has. */
export const choreographyFields = {
  mode: z
    .enum(["drive", "observe"])
    .describe("drive: the commands are sent from here; observe: services react by themselves, and are watched."),
  correlation: expressionText.describe("Which run an event belongs to, e.g. ${event.data.order_id}. Reads event only."),
  starts: eventType.describe("The event that begins a run."),
  reactions: z
    .array(reactionDocument)
    .min(1, "expected at least one reaction")
    .max(limits.steps)
    .describe(`The reactions, at most ${limits.steps}.`),
  ends: strict({
    completed: eventTypes.describe("Events that end the run well."),
    failed: eventTypes.describe("Events that end it failed, once what is owed an undo was undone."),
  }).describe("Which events end a run."),
};
