import { z } from "zod";
import { limits } from "@/engine/limits";
import { isoTime, json, page } from "./common";

export const runLifecycle = z.enum(["started", "pending", "compensating", "completed", "failed"]);
export const stepStatus = z.enum([
  "pending",
  "executing",
  "completed",
  "failed",
  "skipped",
  "compensating",
  "compensated",
  "compensation_failed",
]);
export const runCause = z.enum(["step_failed", "deadline", "cancelled", "operator"]);
export const rollback = z.enum(["clean", "incomplete", "nothing_to_undo"]);

export const stepError = z.object({
  code: z.string(),
  message: z.string(),
  status: z.number().optional(),
  detail: json.optional(),
});

export const attention = z.object({
  reason: z.string(),
  step: z.string().nullable(),
  /** Of a forEach: the item that is meant. */
  item: z.number().int().optional(),
  /** Of an unexpected event: its type. */
  event: z.string().optional(),
  since: isoTime,
});

export const halfView = z.object({
  generation: z.number().int(),
  attempts: z.number().int(),
  /**
   * The attempt awaiting its reply, or null. `accepted`: the service answered 202, or a child run has begun, and the reply
   * comes later. `timeoutAt` null: it may take as long as it takes.
   */
  open: z.object({ startedAt: isoTime, timeoutAt: isoTime.nullable(), accepted: z.boolean() }).nullable(),
  retryAt: isoTime.nullable(),
  input: json.optional(),
  error: stepError.nullable(),
  startedAt: isoTime.nullable(),
  endedAt: isoTime.nullable(),
});

/** What is done and undone as one: a step, or one item of a forEach. */
const workView = z.object({
  status: stepStatus,
  effect: z.enum(["none", "happened", "unknown"]),
  handling: z.enum(["hold", "continue"]).nullable(),
  attempts: z.number().int(),
  result: json,
  error: stepError.nullable(),
  undoOrder: z.number().int().nullable(),
  startedAt: isoTime.nullable(),
  endedAt: isoTime.nullable(),
  action: halfView,
  undo: halfView,
  /** The question whether an unknown action happened; null until it was asked. */
  probe: halfView.nullable(),
});

export const itemView = workView.extend({ value: json });

export const stepView = workView.extend({
  id: z.string(),
  /** What a wait, a signal or an approval waits for; `dueAt` null: for ever. */
  waiting: z.object({ since: isoTime, dueAt: isoTime.nullable() }).nullable(),
  /** Of a forEach that has started, in the order of its list. */
  items: z.array(itemView).nullable(),
  /** Why a person left its undo out, or null. */
  leftOut: z.string().nullable(),
  /** The run that a saga step has begun. */
  child: z.uuid().nullable(),
  childResidue: z.array(z.string()),
});

export const runView = z.object({
  id: z.uuid(),
  saga: z.string(),
  version: z.number().int(),
  state: runLifecycle,
  cause: runCause.nullable(),
  rollback: rollback.nullable(),
  residue: z.array(z.string()),
  attention: z.array(attention),
  paused: z.boolean(),
  businessKey: z.string().nullable(),
  exposure: z.number().nullable(),
  data: json,
  error: stepError.extend({ step: z.string() }).nullable(),
  /** The run whose saga step this run is, and that step. */
  parent: z.uuid().nullable(),
  parentStep: z.string().nullable(),
  /** The run that this one starts again. */
  restartOf: z.uuid().nullable(),
  startedBy: z.string().nullable(),
  /** The step at which the unwind under way stops, or null. */
  downTo: z.string().nullable(),
  /** Signals that no step has taken yet. */
  signals: z.array(z.object({ id: z.string(), signal: z.string(), data: json, at: isoTime })),
  /** Of a choreography: what its run has heard, oldest first, and the end that it heard of. Null: an orchestration. */
  choreography: z
    .object({
      heard: z.array(
        z.object({ id: z.string(), source: z.string(), type: z.string(), at: isoTime, unexpected: z.boolean() }),
      ),
      end: z.object({ as: z.enum(["completed", "failed"]), event: z.string() }).nullable(),
    })
    .nullable(),
  seq: z.number().int(),
  startedAt: isoTime,
  updatedAt: isoTime,
  endedAt: isoTime.nullable(),
  deadlineAt: isoTime.nullable(),
  steps: z.array(stepView),
});
export type RunView = z.infer<typeof runView>;

/** A row of the runs list: what `saga_run` knows. */
export const runSummary = runView
  .pick({
    id: true,
    saga: true,
    version: true,
    state: true,
    cause: true,
    rollback: true,
    residue: true,
    attention: true,
    paused: true,
    businessKey: true,
    exposure: true,
    error: true,
    parent: true,
    restartOf: true,
    startedBy: true,
    seq: true,
    startedAt: true,
    endedAt: true,
  })
  .extend({
    /** `title`: the step's. `error`: why it asks for a person, where an attempt of it or of its undo failed. */
    attention: z.array(
      attention.extend({
        title: z.string().optional(),
        error: stepError.pick({ code: true, message: true }).optional(),
      }),
    ),
    error: runView.shape.error.unwrap().extend({ title: z.string().optional() }).nullable(),
    stepNow: z.string().nullable(),
  });
export type RunSummary = z.infer<typeof runSummary>;
export const runPage = page(runSummary);

/** `GET /runs`. `attention=true` lists the runs that need a person, oldest need first. `q`: business key, id or error. */
export const runQuery = z.object({
  saga: z.string().max(limits.name).optional(),
  state: z.string().max(80).optional().describe("One state, or several with commas between."),
  attention: z.enum(["true", "false"]).optional(),
  q: z.string().max(200).optional(),
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(limits.page).default(50),
});

/** `GET /runs/counts`: live counts, for the shell and the filters. */
export const runCounts = z.object({
  byState: z.record(runLifecycle, z.number().int()),
  attention: z.number().int(),
  /** Money or whatever exposure means, summed over the runs that need a person. */
  atStake: z.number(),
});
export type RunCounts = z.infer<typeof runCounts>;

/** One transition of the log: `seq` numbers the decision, `n` the transition within it. The rest is the transition itself. */
export const runEvent = z.looseObject({
  seq: z.number().int(),
  n: z.number().int(),
  at: isoTime,
  type: z.string(),
  step: z.string().nullable().optional(),
  attempt: z.number().int().optional(),
  actor: z.string().nullable(),
});
export type RunEventView = z.infer<typeof runEvent>;

/** `GET /runs/{id}/events?after=&limit=`: decisions after `after`, at most `limit` of them, oldest first. */
export const runEventsQuery = z.object({
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(limits.logPage).default(1000),
});
export const runEvents = z.object({ events: z.array(runEvent), next: z.number().int().nullable() });

/** `POST /sagas/{type}/runs`. */
export const startRun = z.strictObject({ data: json });
export const startRuns = z.union([startRun, z.array(startRun).min(1).max(limits.startsAtOnce)]);
/** 202: `id` (and `ids` for a batch). The run is durable when this is answered. */
export const started = z.object({ id: z.uuid(), ids: z.array(z.uuid()).optional() });

export const operationName = z.enum([
  "retry",
  "skip",
  "complete",
  "fail",
  "compensate",
  "retryCompensation",
  "markCompensated",
  "pause",
  "resume",
  "cancel",
  "terminate",
  "startAgain",
  "note",
]);

/** `POST /runs/{id}/operations` and `/plan`. */
export const operationRequest = z.strictObject({
  operation: operationName,
  step: z.string().max(limits.name).optional(),
  /** Of a forEach: the one item that is meant; all that fit when not said. */
  item: z.number().int().min(0).optional(),
  /** An edited input for `retry` and `retryCompensation`; for `startAgain`, the new run's data. */
  input: json.optional(),
  result: json.optional(),
  evidence: z.string().max(limits.reason).optional(),
  effect: z.enum(["none", "unknown"]).optional(),
  /** For `compensate`: the step at which the unwind stops; it and what came before it stay. */
  downTo: z.string().max(limits.name).optional(),
  /** For `compensate`: undos that are left out, each with a reason. */
  leaveOut: z
    .array(z.strictObject({ step: z.string().max(limits.name), reason: z.string().trim().min(1).max(limits.reason) }))
    .max(limits.steps)
    .optional(),
  reason: z.string().trim().max(limits.reason).default(""),
  seq: z.number().int().min(0).optional(),
});
export type OperationRequest = z.infer<typeof operationRequest>;

export const plannedUndo = z.object({
  /** Undos with the same order may run side by side. */
  order: z.number().int(),
  step: z.string(),
  /** Of a forEach: which item. */
  item: z.number().int().optional(),
  /** `saga`, and a saga's type as the command, where a child run is undone. */
  service: z.string(),
  command: z.string(),
  input: json,
  /** What the action is known to have done: `unknown` undos are sent because it may have happened. */
  effect: z.enum(["none", "happened", "unknown"]),
  /** `planned`, or already `compensating`, `compensated`, `compensation_failed`. */
  status: z.enum(["planned", "compensating", "compensated", "compensation_failed"]),
});

/** What an operation would do, from the same pure code that does it. */
export const operationPlan = z.object({
  seq: z.number().int(),
  operation: operationName,
  /** One sentence, e.g. "Undo 3 steps". */
  summary: z.string(),
  undos: z.array(plannedUndo),
  /** Forward steps that would be called next. */
  forward: z.array(z.object({ step: z.string(), service: z.string(), command: z.string(), input: json })),
  /** What cannot be undone, and why: `no_compensation`, `irreversible`, `unknown_never`, `left_out`, `stays`. */
  gaps: z.array(z.object({ step: z.string(), reason: z.string() })),
  /** The lifecycle right after the operation, before any reply. */
  state: runLifecycle,
});
export type OperationPlan = z.infer<typeof operationPlan>;

/** 200: the run after the operation was decided and committed. `started`: the new run of `startAgain`. */
export const operationResult = z.object({ run: runView, seq: z.number().int(), started: z.uuid().optional() });
