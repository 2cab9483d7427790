/** The CloudEvents of the protocol, in JSON. */
import { createHash } from "node:crypto";
import type { Command } from "./command";
import type { Problem } from "./errors";
import { isJsonObject, type Json, type JsonObject, textAt } from "./json";

export type CloudEvent = {
  readonly specversion: "1.0";
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject?: string;
  readonly time?: string;
  readonly data: JsonObject;
};

/** Null: it is none. */
export function toCloudEvent(value: unknown): CloudEvent | null {
  if (!isJsonObject(value) || value.specversion !== "1.0") return null;
  const [id, source, type] = [textAt(value, "id"), textAt(value, "source"), textAt(value, "type")];
  if (id === null || source === null || type === null) return null;
  const { data } = value;
  const [subject, time] = [textAt(value, "subject"), textAt(value, "time")];
  return {
    specversion: "1.0",
    id,
    source,
    type,
    ...(subject === null ? {} : { subject }),
    ...(time === null ? {} : { time }),
    data: isJsonObject(data) ? data : {},
  };
}

export type ReplyOutcome = { readonly result: Json } | { readonly error: ReplyError };

export type ReplyError = Omit<Problem, "status"> & { readonly retryable?: boolean; readonly retryAfterMs?: number };

type Busy = { readonly code: string; readonly message: string; readonly afterMs: number | null };

/** Nothing happened, and the step's retry policy asks again. */
export function notNow({ code, message, afterMs }: Busy): ReplyError {
  const after = afterMs === null ? {} : { retryAfterMs: Math.max(0, Math.ceil(afterMs)) };
  return { code, message, retryable: true, ...after };
}

export type Half = "action" | "compensation" | "probe";

const types = {
  action: { result: "SagaStepCompleted", error: "SagaStepFailed" },
  compensation: { result: "SagaCompensationCompleted", error: "SagaCompensationFailed" },
  probe: { result: "SagaProbeCompleted", error: null },
} as const satisfies Record<Half, Record<"result" | "error", string | null>>;

type Told = Pick<Command, "service" | "key" | "run" | "step" | "item" | "attempt" | "generation">;

/**
 * The reply to a command. The same word about the same attempt is always under the same id: whoever has it already takes it
 * as a duplicate. Another word has another, or the success that follows a refusal would be taken for it. Null: there is nobody
 * to tell, or nothing: a probe that cannot be answered leaves things as they are.
 */
export function toReply(command: Told, half: Half, outcome: ReplyOutcome): CloudEvent | null {
  const { service, key, run, step, item, attempt, generation } = command;
  const type = "error" in outcome ? types[half].error : types[half].result;
  if (run === null || step === null || type === null) return null;
  return {
    specversion: "1.0",
    // A probe comes under its action's key, and is answered with something else.
    id: `${half === "probe" ? `${key}:probe` : key}#${attempt ?? 1}:reply:${digestOf(outcome)}`,
    source: service,
    type,
    subject: run,
    data: {
      saga_id: run,
      step_name: step,
      ...outcome,
      ...(item === null ? {} : { item }),
      ...(attempt === null ? {} : { attempt }),
      ...(generation === null ? {} : { generation }),
    },
  };
}

function digestOf(outcome: ReplyOutcome): string {
  return createHash("sha256").update(JSON.stringify(outcome)).digest("hex").slice(0, 12);
}
