/** Small definitions that between them use every forward and unwinding rule; the tests walk all of their states. */
import { compile } from "../definition/compile";
import type { ActionDocument, SagaDocument, StepDocument } from "../definition/document";
import type { Saga } from "../definition/saga";

type ForEachDocument = Extract<StepDocument, { kind: "forEach" }>;

const once = { attempts: 1, initial: "PT1S", factor: 2, max: "PT1M", jitter: 0, maxElapsed: "PT1H" };
const twice = { ...once, attempts: 2 };

/** An action step with an undo; both halves try `attempts` times. */
export function step(id: string, more: Partial<ActionDocument> = {}, retry: typeof once = once): ActionDocument {
  return {
    id,
    action: { command: `Test.Do${id.toUpperCase()}`, retry },
    compensation: { command: `Test.Undo${id.toUpperCase()}`, retry },
    ...more,
  };
}

export function saga(document: Omit<SagaDocument, "saga">): Saga {
  return compile({ saga: "Test", ...document }, 1);
}

const pivot = { class: "pivot", compensation: undefined } as const;
const retriable = { class: "retriable", compensation: undefined } as const;

export const sequence = saga({ undoOrder: "sequence", steps: [step("a"), step("b", {}, twice), step("c")] });

export const diamond = saga({
  steps: [step("a"), step("b"), step("c", { onCompensationFailure: "continue" }), step("d")],
  edges: [
    { from: "a", to: "b" },
    { from: "a", to: "c" },
    { from: "b", to: "d" },
    { from: "c", to: "d" },
  ],
});

export const choice = saga({
  steps: [
    step("a", { compensateSelf: "always" }),
    step("b", { onFailure: "hold" }),
    step("c", { compensateSelf: "never" }),
    step("d"),
  ],
  edges: [
    { from: "a", to: "b", when: "data.big" },
    { from: "a", to: "c", when: "!data.big" },
    { from: "b", to: "d" },
    { from: "c", to: "d" },
  ],
});

export const pointOfNoReturn = saga({
  deadline: "PT1H",
  steps: [step("a"), step("b"), step("p", pivot), step("t", retriable)],
  edges: [
    { from: "a", to: "p" },
    { from: "p", to: "t" },
  ],
});

export const tolerant = saga({
  steps: [step("a"), step("b", { onFailure: "continue" }), step("c", { class: "readonly", compensation: undefined })],
});

type Tickets = Partial<ForEachDocument> & { readonly attempts?: number; readonly undoOrder?: "graph" | "sequence" };

/** Buys a ticket `t` for each of `data.passengers`, then does `b`. Each half tries once, or `attempts` times. */
export function tickets({ attempts = 1, undoOrder = "graph", ...more }: Tickets): Saga {
  const retry = { ...once, attempts };
  const each = {
    id: "t",
    kind: "forEach",
    items: "${data.passengers}",
    as: "passenger",
    action: { command: "Air.Buy", retry },
    compensation: { command: "Air.Refund", retry },
  } as const;
  return saga({ undoOrder, steps: [{ ...each, ...more }, step("b")] });
}

/** Two tickets side by side, of which one failure is held. */
export const items = tickets({ concurrency: 2, onFailure: "hold" });

export const probed = saga({
  steps: [step("a", { probe: { command: "Test.FindA", retry: once } }), step("b")],
});

/** An approval or a signal, then b. */
export const waiting = saga({
  steps: [
    { id: "choose", kind: "decision" },
    { id: "agree", kind: "approval", approvers: { role: "operator" }, due: "PT1H", fourEyes: true },
    { id: "paid", kind: "signal", signal: "Paid", timeout: "PT1H" },
    step("b"),
  ],
  edges: [
    { from: "choose", to: "agree", when: "data.big" },
    { from: "choose", to: "paid", otherwise: true },
    { from: "agree", to: "b" },
    { from: "paid", to: "b" },
  ],
});

export const withChild = saga({
  steps: [step("a"), { id: "sub", kind: "saga", saga: "Sub", timeout: "PT1H" }, step("b")],
});

export const small = { sequence, diamond, choice, pointOfNoReturn, tolerant, items, probed, waiting, withChild };
