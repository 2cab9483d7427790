/** What comes to runs from outside: replies, signals and decisions (engine.md section 9). */
import { z } from "zod";
import { limits } from "@/engine/limits";
import { isoTime, json, page } from "./common";

export const replyType = z.enum([
  "SagaStepCompleted",
  "SagaStepFailed",
  "SagaCompensationCompleted",
  "SagaCompensationFailed",
  "SagaProbeCompleted",
]);

/** Why a half failed, as a service says it. */
export const replyError = z.union([
  z.string(),
  z.looseObject({
    code: z.string().nullish().describe("Stable and short, e.g. insufficient_funds."),
    message: z.string().nullish().describe("For people. What is longer than 2,000 characters is cut."),
    detail: json.optional().describe("Whatever else helps; at most 16 KB of it is kept."),
    retryable: z.boolean().nullish().describe("True: the step's retry policy tries again. Default false."),
    retryAfterMs: z
      .number()
      .int()
      .min(0)
      .nullish()
      .describe("Of what is retryable: milliseconds before which it is not tried again, as Retry-After over HTTP."),
  }),
]);
export type ReplyError = z.infer<typeof replyError>;

/** A CloudEvent 1.0 in JSON that answers a command. `subject`: the run; `data.saga_id` says the same, where both are there. */
export const replyEvent = z.looseObject({
  specversion: z.literal("1.0"),
  id: z
    .string()
    .min(1)
    .max(limits.key)
    .describe("Of the event. The same source and id again is the same event, and counts once."),
  source: z.string().min(1).max(limits.key).describe("Who says it."),
  type: replyType,
  subject: z.string().max(300).nullish().describe("The run's id: Saga-Id of the call."),
  time: z.string().max(64).nullish(),
  data: z.looseObject({
    saga_id: z.string().max(300).nullish().describe("The run's id as well; one of the two is enough."),
    step_name: z.string().min(1).max(limits.name).describe("The step's id: Saga-Step of the call."),
    result: json
      .optional()
      .describe("Of a success: the step's result; of a probe { happened, result, fenced }. Default null."),
    error: replyError
      .nullish()
      .describe("Of a failure, and then required. A text means a failure that is not tried again."),
    attempt: z.number().int().min(1).nullish().describe("Saga-Attempt of the call. Default: the current attempt."),
    item: z.number().int().min(0).nullish().describe("Of a step for each item: the item's place, from 0."),
    generation: z
      .number()
      .int()
      .min(1)
      .nullish()
      .describe("The number in the idempotency key. Default: the current one."),
  }),
});
export type ReplyEvent = z.infer<typeof replyEvent>;

/** `POST /replies`: one, or up to 1,000. */
export const replies = z.union([replyEvent, z.array(replyEvent).min(1).max(limits.repliesAtOnce)]);

/** 202: every reply is durable. `duplicate`: the same event had come before. */
export const repliesAccepted = z.object({
  accepted: z.number().int(),
  results: z.array(z.object({ id: z.string(), status: z.enum(["accepted", "duplicate"]) })),
});

/** `POST /signals`: to one run by its id, or to the one live run of a saga with this business key. */
export const signalRequest = z.strictObject({
  signal: z.string().min(1).max(limits.name).describe("The name that a signal step of the run waits for."),
  run: z.string().max(300).optional().describe("The run's id; or else saga and businessKey."),
  saga: z.string().max(limits.name).optional(),
  businessKey: z.string().max(limits.key).optional(),
  data: json.default(null).describe("The step's result."),
});

export const signalResult = z.object({ run: z.uuid(), seq: z.number().int() });

/** A decision that somebody is asked for. */
export const approvalView = z.object({
  /** `{run}.{step}.{generation}` */
  id: z.string(),
  run: z.uuid(),
  saga: z.string(),
  version: z.number().int(),
  step: z.string(),
  title: z.string(),
  businessKey: z.string().nullable(),
  exposure: z.number().nullable(),
  data: json,
  approvers: z.union([z.object({ role: z.string() }), z.object({ users: z.array(z.string()) })]),
  /** JSON Schema of what is to be filled in, or null. */
  form: json.nullable(),
  fourEyes: z.boolean(),
  requestedAt: isoTime,
  dueAt: isoTime.nullable(),
  /** Whether whoever asks may decide it, and if not, why. */
  mayDecide: z.boolean(),
  whyNot: z.string().nullable(),
});
export type ApprovalView = z.infer<typeof approvalView>;
export const approvalPage = page(approvalView);

/** `GET /approvals`. `mine=true`: only those that whoever asks may decide. */
export const approvalQuery = z.object({
  mine: z.enum(["true", "false"]).optional(),
  run: z.uuid().optional(),
  cursor: z.string().max(300).optional(),
  limit: z.coerce.number().int().min(1).max(limits.page).default(50),
});

export const decisionRequest = z.strictObject({
  decision: z.enum(["approve", "reject"]),
  form: json.default(null).describe("What the step's form asks for; a rejection needs none."),
  comment: z.string().trim().max(limits.reason).default(""),
});

export const decisionResult = z.object({ run: z.uuid(), seq: z.number().int() });
