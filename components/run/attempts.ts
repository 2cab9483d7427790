import { carrierOf } from "@/components/canvas/awaited-delivery";
import { assertNever, type Json } from "@/engine/json";
import type { Part, StepError } from "@/engine/run/state";
import type { LogEntry, Named, Transition } from "@/engine/run/transition";

/**
 * One call of one part of a step, or of one item of a forEach, from intent to reply, as the log tells it: its action, its
 * undo, or the question whether it happened. Times in epoch milliseconds.
 */
export type Attempt = {
  readonly step: string;
  readonly item: number | null;
  readonly half: Part;
  readonly generation: number;
  readonly attempt: number;
  /** Its generation began with an input that a person edited. */
  readonly isEdited: boolean;
  readonly startedAt: number;
  /** Null: it may take as long as it takes. */
  readonly timeoutAt: number | null;
  /** When the service took the call, to reply later by another way; null: it did not. */
  readonly acceptedAt: number | null;
  /** The run that a saga step began by it. */
  readonly child: string | null;
  readonly end: AttemptEnd | null;
  /** Of an undo that had failed: when it was done after all, and whether a person said so. */
  readonly late: { readonly at: number; readonly byHand: boolean } | null;
};

/** `afterwards`: the attempt had ended otherwise, and then turned out to have happened. */
type SettledBy = "operator" | "late_reply" | "afterwards";

/**
 * `unknown`: whether it happened is not known (F3). `undelivered`: it never reached the service, and does not count. `by`: who settled it, when no reply in time did. `answered` is a
 * probe's: what it found out, null when that settled nothing (F11).
 */
export type AttemptEnd =
  | { readonly kind: "succeeded"; readonly at: number; readonly result: Json; readonly by?: SettledBy }
  | {
      readonly kind: "failed" | "unknown" | "undelivered";
      readonly at: number;
      readonly error: StepError;
      readonly retryAt: number | null;
    }
  | { readonly kind: "answered"; readonly at: number; readonly happened: boolean | null };

type Of<T extends Transition["type"]> = Extract<Transition, { type: T }>;

/** Every attempt of the log, in the order in which they began. */
export function attemptsOf(entries: Iterable<LogEntry>): readonly Attempt[] {
  const attempts = new Attempts();
  for (const entry of entries) for (const t of entry.transitions) attempts.take(t, entry);
  return attempts.all;
}

class Attempts {
  readonly all: Attempt[] = [];
  readonly #open = new Map<string, number>();

  take(t: Transition, entry: LogEntry): void {
    const { at } = entry;
    switch (t.type) {
      case "StepStarted":
        return this.#begin(t, "action", t.generation, entry);
      case "CompensationStarted":
        return this.#begin(t, "compensation", t.generation, entry);
      case "ProbeStarted":
        if (t.after) this.#finish(t, "action", unanswered({ ...t.after, retryAt: null }, at));
        return this.#begin(t, "probe", this.#last(t, "action")?.generation ?? 1, entry);
      case "CallAccepted":
        return this.#change(t, t.half, { acceptedAt: at, ...(t.child === undefined ? {} : { child: t.child }) });
      case "StepRetryScheduled":
        return this.#finish(t, "action", unanswered(t, at));
      case "ProbeRetryScheduled":
        if (t.after) this.#finish(t, "action", unanswered({ ...t.after, retryAt: null }, at));
        return this.#finish(t, "probe", unanswered({ ...t, unsettled: false }, at));
      case "CompensationRetryScheduled":
        return this.#finish(t, "compensation", unanswered(t, at));
      case "CompensationFailed":
        return this.#finish(t, "compensation", unanswered({ ...t, retryAt: null }, at));
      case "CompensationCompleted": {
        this.#undoneLate(t, at);
        const by = t.evidence === undefined ? {} : ({ by: "operator" } as const);
        return this.#finish(t, "compensation", { kind: "succeeded", at, result: t.result, ...by });
      }
      case "StepCompleted":
        return this.#completed(t, at);
      case "StepFailed":
        this.#finish(t, "probe", { kind: "answered", at, happened: null });
        return this.#finish(t, "action", unanswered({ ...t, retryAt: null }, at));
      case "StepOutcomeSettled":
        if (t.effect === "unknown") return;
        this.#finish(t, "probe", { kind: "answered", at, happened: t.effect === "happened" });
        return this.#settleLast(t, t.effect === "happened", t.result ?? null);
      default:
        return;
    }
  }

  #begin(t: Named & Pick<Attempt, "attempt" | "timeoutAt">, half: Part, generation: number, entry: LogEntry): void {
    const { step, item = null, attempt, timeoutAt } = t;
    const before = this.#last(t, half);
    const isSame = before?.generation === generation;
    this.#open.set(keyOf(t, half), this.all.length);
    this.all.push({
      step,
      item,
      half,
      generation,
      attempt,
      isEdited: isSame ? before.isEdited : isInputEdited(entry, step),
      startedAt: entry.at,
      timeoutAt,
      acceptedAt: null,
      child: null,
      end: null,
      late: null,
    });
  }

  #completed(t: Of<"StepCompleted">, at: number): void {
    this.#finish(t, "probe", { kind: "answered", at, happened: t.by === "probe" ? true : null });
    if (t.by === "probe" || t.by === "late_reply") this.#settleLast(t, true, t.result);
    const by = t.by === "operator" ? ({ by: t.by } as const) : {};
    this.#finish(t, "action", { kind: "succeeded", at, result: t.result, ...by });
  }

  #change(named: Named, half: Part, change: Partial<Attempt>): void {
    const index = this.#open.get(keyOf(named, half));
    const attempt = index === undefined ? undefined : this.all[index];
    if (index !== undefined && attempt) this.all[index] = { ...attempt, ...change };
  }

  #finish(named: Named, half: Part, end: AttemptEnd): void {
    this.#change(named, half, { end });
    this.#open.delete(keyOf(named, half));
  }

  #undoneLate(t: Of<"CompensationCompleted">, at: number): void {
    const attempt = this.#last(t, "compensation");
    if (!attempt?.end || attempt.end.kind === "succeeded" || this.#open.has(keyOf(t, "compensation"))) return;
    const late = { at, byHand: t.evidence !== undefined };
    this.all[this.all.lastIndexOf(attempt)] = { ...attempt, late };
  }

  #last({ step, item }: Named, half: Part): Attempt | undefined {
    return this.all.findLast((a) => a.step === step && a.item === (item ?? null) && a.half === half);
  }

  /** A settled outcome says what the last attempt of the action did; when that attempt ended stays as it was. */
  #settleLast(named: Named, happened: boolean, result: Json): void {
    const attempt = this.#last(named, "action");
    if (!attempt?.end || attempt.end.kind === "succeeded" || attempt.end.kind === "answered") return;
    const { end } = attempt;
    this.all[this.all.lastIndexOf(attempt)] = {
      ...attempt,
      end: happened ? { kind: "succeeded", at: end.at, result, by: "afterwards" } : { ...end, kind: "failed" },
    };
  }
}

/** Whether a decision begins a step with an input that a person edited. */
export const isInputEdited = ({ transitions }: Pick<LogEntry, "transitions">, step: string) =>
  transitions.some(
    (t) => t.type === "OperationAccepted" && t.operation.step === step && t.operation.input !== undefined,
  );

const keyOf = ({ step, item }: Named, half: Part) => `${step}:${item ?? ""}:${half}`;

type Unanswered = {
  readonly error: StepError;
  readonly unsettled: boolean;
  readonly retryAt: number | null;
  readonly undelivered?: true;
};

const unanswered = ({ error, unsettled, retryAt, undelivered }: Unanswered, at: number): AttemptEnd => ({
  kind: undelivered ? "undelivered" : unsettled ? "unknown" : "failed",
  at,
  error,
  retryAt,
});

/** What became of an attempt, in a word. */
export function outcomeWord(attempt: Attempt): string {
  const word = endWord(attempt);
  if (attempt.late === null) return word;
  return `${word}; ${attempt.late.byHand ? "marked undone by hand later" : "undone late"}`;
}

function endWord({ end, acceptedAt, child }: Attempt): string {
  if (end === null) {
    if (child !== null) return "its run is under way";
    return acceptedAt === null ? "under way" : "taken by the service, its reply comes later";
  }
  switch (end.kind) {
    case "succeeded":
      if (end.by === "afterwards") return "happened after all";
      return end.by === "operator" ? "done by hand" : "succeeded";
    case "failed":
      return end.retryAt === null ? "failed, not retried" : "failed, retried";
    case "unknown":
      return end.retryAt === null ? "outcome unknown" : "outcome unknown, retried";
    case "undelivered":
      return `not sent, waits for ${carrierOf(end.error) ?? "a way to the service"}`;
    case "answered":
      if (end.happened === null) return "settled nothing";
      return end.happened ? "answered: it happened" : "answered: it did not happen";
    default:
      return assertNever(end);
  }
}
