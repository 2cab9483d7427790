import { describe, expect, it } from "vitest";
import { decide } from "./decide";
import type { Saga } from "./definition/saga";
import type { RunEvent } from "./run/event";
import type { RunState } from "./run/state";
import type { LogEntry, Transition } from "./run/transition";
import { saga as compiled, diamond, sequence, step } from "./testing/sagas";
import {
  accepted,
  answered,
  approved,
  asked,
  by,
  childEnded,
  declined,
  type Happening,
  item,
  lost,
  requested,
  signalled,
  startOfTime,
  succeeded,
  undone,
} from "./testing/specification";
import { verifyLog } from "./verify";

/** The log that the engine itself writes of these events. */
function logOf(saga: Saga, happenings: readonly Happening[]): LogEntry[] {
  let state: RunState | null = null;
  const log: LogEntry[] = [];
  for (const happening of happenings) {
    const event = { at: startOfTime, ...happening } as RunEvent;
    const decision = decide(saga, state, event);
    state = decision.state;
    const { transitions } = decision;
    if (transitions.length > 0) log.push({ seq: log.length + 1, at: event.at, actor: null, transitions });
  }
  return log;
}

const done = () => logOf(sequence, [requested(), succeeded("a"), succeeded("b"), succeeded("c")]);
const unwound = () =>
  logOf(sequence, [requested(), succeeded("a"), succeeded("b"), declined("c"), undone("b"), undone("a")]);

const once = { attempts: 1, initial: "PT1S", factor: 2, max: "PT1M", jitter: 0, maxElapsed: "PT1H" } as const;

/** A signal, an approval by four eyes, two tickets, a child saga; then z. */
const everyKind = compiled({
  steps: [
    { id: "paid", kind: "signal", signal: "Paid" },
    { id: "agree", kind: "approval", approvers: { role: "operator" }, fourEyes: true },
    {
      id: "t",
      kind: "forEach",
      items: "${data.who}",
      as: "passenger",
      concurrency: 2,
      action: { command: "Air.Buy", retry: once },
      compensation: { command: "Air.Refund", retry: once },
      probe: { command: "Air.Find", retry: once },
    },
    { id: "sub", kind: "saga", saga: "Sub" },
    step("z"),
  ],
});

const upToTickets = [
  requested({ who: ["ann", "bob"] }, { persons: ["ada"] }),
  signalled("Paid", 1, "s1"),
  by("grace", approved("agree")),
] as const;
const bothBought = [item(1, succeeded("t")), item(0, lost("t")), item(0, answered("t", { happened: true }))] as const;
const upToEnd = [...upToTickets, ...bothBought, accepted("sub"), childEnded("sub", {})] as const;
const subUndone = childEnded("sub", { half: "compensation", state: "failed", rollback: "clean" });

const through = () => logOf(everyKind, [...upToEnd, succeeded("z")]);
const undoneAgain = () =>
  logOf(everyKind, [...upToEnd, declined("z"), subUndone, item(0, undone("t")), item(1, undone("t"))]);
const partly = () =>
  logOf(everyKind, [...upToEnd, succeeded("z"), asked("compensate", { downTo: "t" }), undone("z"), subUndone]);

function numbers(saga: Saga, log: readonly LogEntry[]): readonly (number | null)[] {
  return [...new Set(verifyLog(saga, log).map((violation) => violation.invariant))].sort((a, b) => (a ?? 0) - (b ?? 0));
}

function sentences(saga: Saga, log: readonly LogEntry[]): string {
  return verifyLog(saga, log)
    .map((violation) => violation.sentence)
    .join("; ");
}

/** The log with each transition replaced by what `change` makes of it. */
function changed(log: readonly LogEntry[], change: (t: Transition) => readonly Transition[]): LogEntry[] {
  return log.map((entry) => ({ ...entry, transitions: entry.transitions.flatMap(change) }));
}

function without(log: readonly LogEntry[], is: (t: Transition) => boolean): LogEntry[] {
  return changed(log, (t) => (is(t) ? [] : [t])).filter((entry) => entry.transitions.length > 0);
}

function renumbered(log: readonly LogEntry[]): LogEntry[] {
  return log.map((entry, i) => ({ ...entry, seq: i + 1 }));
}

const more = (log: readonly LogEntry[], ...transitions: Transition[]): LogEntry[] => [
  ...log,
  { seq: log.length + 1, at: log.at(-1)?.at ?? 0, actor: null, transitions },
];

const sent = (step: string): Transition => ({ type: "StepStarted", step, attempt: 2, generation: 1, timeoutAt: 1 });

describe("a log of the engine's own", () => {
  it("violates nothing", () => {
    const logs: readonly (readonly [Saga, readonly LogEntry[]])[] = [
      [sequence, done()],
      [sequence, unwound()],
      [everyKind, through()],
      [everyKind, undoneAgain()],
      [everyKind, partly()],
    ];
    expect(logs.map(([saga, log]) => verifyLog(saga, log))).toEqual([[], [], [], [], []]);
  });
});

describe("a broken log", () => {
  it("1: has a gap, no beginning, or two", () => {
    const log = done();
    expect(
      numbers(
        sequence,
        log.filter((entry) => entry.seq !== 3),
      ),
    ).toContain(1);
    expect(numbers(sequence, renumbered(log.slice(1)))).toContain(1);
    expect(numbers(sequence, [])).toEqual([1]);
    expect(numbers(sequence, more(done(), ...(log[0]?.transitions.slice(0, 1) ?? [])))).toContain(1);
    expect(
      numbers(
        sequence,
        changed(log, (t) => [t, { ...t, step: "nobody" } as Transition]),
      ),
    ).toContain(1);
  });

  it("2: sends an action after the unwind began", () => {
    const log = unwound();
    const broken = changed(log, (t) => (t.type === "UnwindStarted" ? [t, sent("c")] : [t]));
    expect(numbers(sequence, broken)).toContain(2);
  });

  it("3: undoes a step before the one after it", () => {
    const swap = (step: string) => (step === "a" ? "b" : step === "b" ? "a" : step);
    const broken = changed(unwound(), (t) =>
      t.type === "CompensationStarted" || t.type === "CompensationCompleted" ? [{ ...t, step: swap(t.step) }] : [t],
    );
    expect(numbers(sequence, broken)).toContain(3);
    const branches = logOf(diamond, [requested(), succeeded("a"), succeeded("b"), succeeded("c"), declined("d")]);
    const early = changed(branches, (t) =>
      t.type === "CompensationStarted" && t.step === "c" ? [{ ...t, step: "a" }] : [t],
    );
    expect(numbers(diamond, early)).toContain(3);
  });

  it("4: ends clean though an undo is missing, is done twice, or was not owed", () => {
    const ofA = (t: Transition) => t.type.startsWith("Compensation") && "step" in t && t.step === "a";
    expect(numbers(sequence, renumbered(without(unwound(), ofA)))).toContain(4);
    const twice = changed(unwound(), (t) => (t.type === "CompensationCompleted" ? [t, t] : [t]));
    expect(numbers(sequence, twice)).toContain(4);
    const unowed = changed(unwound(), (t) => (ofA(t) ? [t, { ...t, step: "c" } as Transition] : [t]));
    expect(numbers(sequence, unowed)).toContain(4);
    const early = changed(done(), (t) =>
      t.type === "StepStarted" && t.step === "c" ? [t, { type: "RunCompleted" }] : [t],
    );
    expect(numbers(sequence, early)).toContain(4);
    const silent = changed(unwound(), (t) => (t.type === "RunFailed" ? [{ ...t, rollback: "nothing_to_undo" }] : [t]));
    expect(numbers(sequence, silent)).toEqual([4]);
  });

  it("5: goes on after its end", () => {
    expect(numbers(sequence, more(done(), sent("c")))).toContain(5);
    expect(numbers(sequence, more(unwound(), { type: "RunCompleted" }))).toContain(5);
    expect(numbers(sequence, more(done(), { type: "AttentionRaised", reason: "late_effect", step: "c" }))).toEqual([]);
  });

  it("6: has an outcome or an operation twice", () => {
    const twice = changed(done(), (t) => (t.type === "StepCompleted" && t.step === "b" ? [t, t] : [t]));
    expect(numbers(sequence, twice)).toContain(6);
    const accepted: Transition = { type: "OperationAccepted", id: "1", operation: { operation: "note", reason: "x" } };
    expect(numbers(sequence, more(more(done(), accepted), accepted))).toEqual([6]);
  });

  it("7: is forgotten", () => {
    const forgotten = without(done(), (t) => t.type === "RunCompleted");
    expect(numbers(sequence, forgotten)).toEqual([7]);
    const held = more(forgotten, { type: "AttentionRaised", reason: "step_held", step: "c" });
    expect(numbers(sequence, held)).toEqual([]);
  });

  it("8: has one decision from two workers", () => {
    const log = done();
    expect(
      numbers(
        sequence,
        log.flatMap((entry) => (entry.seq === 4 ? [entry, entry] : [entry])),
      ),
    ).toContain(8);
  });

  it("9: is of another version than it began with", () => {
    expect(numbers({ ...sequence, version: 2 }, done())).toEqual([9]);
  });

  it("is told of what is particular to each kind of step", () => {
    const cases: readonly (readonly [string, readonly LogEntry[]])[] = [
      [
        "took a signal that the run does not keep",
        changed(through(), (t) => (isOf(t, "StepCompleted", "paid") ? [t, t] : [t])),
      ],
      [
        "completed without a signal",
        changed(through(), (t) => (isOf(t, "StepCompleted", "paid") ? [withoutSignal(t)] : [t])),
      ],
      [
        "was decided twice",
        changed(through(), (t) => (t.type === "ApprovalDecided" ? [t, { ...t, id: "other" }] : [t])),
      ],
      [
        "by somebody behind the run",
        changed(through(), (t) => (t.type === "ApprovalDecided" ? [{ ...t, person: "ada" }] : [t])),
      ],
      ["listed twice", changed(through(), (t) => (t.type === "ItemsListed" ? [t, t] : [t]))],
      [
        "item 0 of t is not undone",
        without(undoneAgain(), (t) => t.type === "CompensationCompleted" && t.step === "t" && t.item !== 1),
      ],
      [
        "item 0 of t was undone twice",
        changed(undoneAgain(), (t) =>
          isOf(t, "CompensationCompleted", "t") && "item" in t && t.item === 0 ? [t, t] : [t],
        ),
      ],
      ["under another key", changed(through(), (t) => (t.type === "ProbeStarted" ? [t, sentAnew] : [t]))],
      [
        "was to stay",
        changed(partly(), (t) =>
          isOf(t, "CompensationStarted", "sub") ? [{ ...t, step: "t", item: 0 } as Transition] : [t],
        ),
      ],
      [
        "its outcome is known",
        changed(through(), (t) => (t.type === "ProbeStarted" ? [{ ...t, item: 1, after: known }] : [t])),
      ],
    ];
    for (const [sentence, log] of cases) expect(sentences(everyKind, log)).toContain(sentence);
  });

  it("7: is told which step nobody will go on with", () => {
    const waiting = logOf(everyKind, upToTickets.slice(0, 2));
    expect(sentences(everyKind, waiting)).toBe("");
    const unasked = without(waiting, (t) => t.type === "StepWaits" && t.step === "agree");
    expect(numbers(everyKind, unasked)).toEqual([7]);
    const resting = without(partly(), (t) => t.type === "AttentionRaised");
    expect(numbers(everyKind, renumbered(resting))).toEqual([7]);
  });
});

const known = { error: { code: "no", message: "No" }, unsettled: false };

function isOf(t: Transition, type: Transition["type"], step: string): boolean {
  return t.type === type && "step" in t && t.step === step;
}

function withoutSignal(t: Transition): Transition {
  const { signal: _, ...rest } = t as Extract<Transition, { type: "StepCompleted" }>;
  return rest;
}

const sentAnew: Transition = { type: "StepStarted", step: "t", item: 0, attempt: 1, generation: 2, timeoutAt: 1 };
