import type { LogEntry, Transition } from "@/engine/run/transition";

/**
 * How long a step without a call of its own was under way: one that waited, a forEach going through its list forward
 * (`items`) or back (`undos`), or one that was done in the moment it began. Times in epoch milliseconds; `to` null: it
 * still is.
 */
export type Span = {
  readonly step: string;
  readonly kind: "wait" | "items" | "undos" | "instant";
  readonly from: number;
  readonly to: number | null;
  readonly dueAt: number | null;
  readonly end: "done" | "failed" | "skipped" | null;
};

type Of<T extends Transition["type"]> = Extract<Transition, { type: T }>;

/** Every span of the log, in the order in which they began. */
export function spansOf(entries: Iterable<LogEntry>): readonly Span[] {
  const spans = new Spans();
  for (const { at, transitions } of entries) for (const t of transitions) spans.take(t, at);
  return spans.all;
}

class Spans {
  readonly all: Span[] = [];
  /** Steps that call a service, or begin a run: their attempts say all there is to say. */
  readonly #calls = new Set<string>();
  /** By step: where its last span forward, and its last back, stand in the list. */
  readonly #forward = new Map<string, number>();
  readonly #back = new Map<string, number>();
  /** Which items of a step are being undone. */
  readonly #undoing = new Map<string, Set<number>>();

  take(t: Transition, at: number): void {
    switch (t.type) {
      case "StepWaits":
        return this.#begin(this.#forward, { step: t.step, kind: "wait", dueAt: t.dueAt }, at);
      case "ItemsListed":
        return this.#begin(this.#forward, { step: t.step, kind: "items", dueAt: null }, at);
      case "StepStarted":
        if (t.item === undefined) this.#calls.add(t.step);
        else if (!this.#isOpen(this.#forward, t.step))
          this.#begin(this.#forward, { step: t.step, kind: "items", dueAt: null }, at);
        return;
      case "StepCompleted":
      case "StepFailed":
      case "StepSkipped":
        return t.item === undefined ? this.#settled(t, at) : undefined;
      case "CompensationStarted":
        return t.item === undefined ? undefined : this.#itemBack(t.step, t.item, at);
      case "CompensationCompleted":
      case "CompensationFailed":
        return t.item === undefined ? undefined : this.#itemUndone(t, t.item, at);
      default:
        return;
    }
  }

  #isOpen(last: ReadonlyMap<string, number>, step: string): boolean {
    return this.all[last.get(step) ?? -1]?.to === null;
  }

  #begin(last: Map<string, number>, span: Pick<Span, "step" | "kind" | "dueAt">, from: number): void {
    last.set(span.step, this.all.length);
    this.all.push({ ...span, from, to: null, end: null });
  }

  #finish(last: ReadonlyMap<string, number>, step: string, change: Pick<Span, "to" | "end">): void {
    const index = last.get(step) ?? -1;
    const span = this.all[index];
    if (span) this.all[index] = { ...span, ...change };
  }

  #settled(t: Of<"StepCompleted" | "StepFailed" | "StepSkipped">, at: number): void {
    const end = t.type === "StepCompleted" ? "done" : t.type === "StepFailed" ? "failed" : "skipped";
    if (this.#isOpen(this.#forward, t.step)) this.#finish(this.#forward, t.step, { to: at, end });
    else if (!this.#calls.has(t.step) && t.type !== "StepSkipped")
      this.all.push({ step: t.step, kind: "instant", from: at, to: at, dueAt: null, end });
  }

  /** One item after another is one way back: a span that ended in this very moment goes on. */
  #itemBack(step: string, item: number, at: number): void {
    const undoing = this.#undoing.get(step) ?? new Set();
    const isFirst = undoing.size === 0;
    this.#undoing.set(step, undoing.add(item));
    if (!isFirst) return;
    if (this.all[this.#back.get(step) ?? -1]?.to === at) this.#finish(this.#back, step, { to: null, end: null });
    else this.#begin(this.#back, { step, kind: "undos", dueAt: null }, at);
  }

  #itemUndone({ step, type }: Of<"CompensationCompleted" | "CompensationFailed">, item: number, at: number): void {
    const undoing = this.#undoing.get(step);
    if (!undoing?.delete(item) || undoing.size > 0) return;
    this.#finish(this.#back, step, { to: at, end: type === "CompensationFailed" ? "failed" : "done" });
  }
}
