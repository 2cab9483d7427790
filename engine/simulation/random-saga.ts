/** Random definitions of all kinds of steps, and of sagas within them; every one compiles, some are broken on purpose. */
import { compile } from "../definition/compile";
import type { EdgeDocument, SagaDocument, StepDocument } from "../definition/document";
import type { Saga, StepKind } from "../definition/saga";
import type { Json } from "../json";
import { startOfTime } from "./clock";
import type { Random } from "./random";

/** What every run is started with: values for each expression below, and one that breaks them. */
export const data: Json = {
  yes: true,
  no: false,
  broken: "x",
  n: 3,
  soon: new Date(startOfTime + 40_000).toISOString(),
  none: [],
  one: [1],
  some: ["a", "b", "c"],
  many: [1, 2, 3, 4, 5],
};

export const signalNames = ["Go", "Stop"] as const;

/** The sagas of one history: `Root`, and what it may run as a step. */
export function randomSagas(random: Random): ReadonlyMap<string, Saga> {
  const sagas = new Map<string, Saga>();
  const below: string[] = [];
  for (const type of ["Leaf", "Middle", "Root"]) {
    sagas.set(type, compile(randomSaga(random, type, [...below]), 1));
    below.push(type);
  }
  return sagas;
}

const kinds: Readonly<Record<StepKind, number>> = {
  action: 50,
  forEach: 14,
  saga: 18,
  decision: 7,
  wait: 4,
  signal: 4,
  approval: 5,
  transform: 3,
};

function randomSaga(random: Random, type: string, below: readonly string[]): SagaDocument {
  const size = type === "Root" ? random.between(2, 15) : random.between(1, 5);
  const undone = random.pick([0.2, 0.8, 0.95]);
  const pivots = random.chance(0.2) ? [random.below(size), ...(random.chance(0.2) ? [random.below(size)] : [])] : [];
  const steps = Array.from({ length: size }, (_, i) => {
    const kind = pivots.includes(i) ? "action" : random.weighted(below.length > 0 ? kinds : { ...kinds, saga: 0 });
    return randomStep(random, { kind, id: `s${i}`, index: i, below, isPivot: pivots.includes(i), undone });
  });
  const edges = size > 1 && random.chance(0.65) ? randomEdges(random, steps) : [];
  return {
    saga: type,
    undoOrder: random.chance(0.4) ? "sequence" : "graph",
    ...(random.chance(0.15) ? { deadline: random.pick(["PT20S", "PT1M", "PT10M"]) } : {}),
    steps,
    ...(edges.length > 0 ? { edges } : {}),
  };
}

function randomEdges(random: Random, steps: readonly StepDocument[]): EdgeDocument[] {
  const pairs = new Map<string, EdgeDocument>();
  const count = random.between(steps.length - 1, steps.length * 2);
  for (let i = 0; i < count; i++) {
    const [x, y] = [random.below(steps.length), random.below(steps.length)];
    const [from, to] = [Math.min(x, y), Math.max(x, y)];
    if (from !== to) pairs.set(`${from}-${to}`, randomEdge(random, from, to));
  }
  const isDecision = (id: string) => steps.some((s) => s.id === id && s.kind === "decision");
  return [...pairs.values()].map((edge, i, all) => {
    const isLast = !all.slice(i + 1).some((other) => other.from === edge.from);
    if (!isDecision(edge.from)) return edge;
    return isLast && random.chance(0.9)
      ? { from: edge.from, to: edge.to, otherwise: true }
      : { ...edge, when: edge.when ?? "data.no" };
  });
}

function randomEdge(random: Random, from: number, to: number): EdgeDocument {
  const ends = { from: `s${from}`, to: `s${to}` };
  return random.chance(0.25) ? { ...ends, when: randomCondition(random, from) } : ends;
}

function randomCondition(random: Random, from: number): string {
  if (random.chance(0.02)) return "data.broken > 1";
  return random.pick(["data.yes", "data.yes", "data.no", `steps.s${from}.status == 'completed'`, "data.n > 2"]);
}

// -------------------------------------------------------------------- steps

type Wanted = {
  readonly kind: StepKind;
  readonly id: string;
  readonly index: number;
  readonly below: readonly string[];
  readonly isPivot: boolean;
  /** The share of steps that have an undo. */
  readonly undone: number;
};

function randomStep(random: Random, wanted: Wanted): StepDocument {
  const { kind, id, below } = wanted;
  const onFailure = random.weighted({ compensate: 5, hold: 3, continue: 2 });
  switch (kind) {
    case "action":
      return { id, ...randomWork(random, wanted), onFailure, ...(wanted.isPivot ? { class: "pivot" as const } : {}) };
    case "forEach": {
      const items = random.weighted({ none: 1, one: 3, some: 6, many: 4, broken: 0.15, missing: 0.15 });
      const concurrency = random.between(1, 3);
      const each = { kind, id, items: `\${data.${items}}`, as: "passenger", concurrency, onFailure } as const;
      return { ...randomWork(random, { ...wanted, isPivot: false }), ...each };
    }
    case "saga":
      return {
        kind,
        id,
        saga: random.pick(below),
        onFailure,
        ...(random.chance(0.2) ? { timeout: random.pick(["PT20S", "PT2M"]) } : {}),
        ...(random.chance(0.1) ? { class: "irreversible" } : {}),
        ...(random.chance(0.02) ? { input: { x: "${data.missing.x}" } } : {}),
        compensateSelf: random.weighted({ ifUnknown: 8, always: 1, never: 1 }),
        onCompensationFailure: random.weighted({ hold: 3, continue: 1 }),
      };
    case "decision":
      return { kind, id, onFailure: onFailure === "continue" ? "compensate" : onFailure };
    case "wait":
      return {
        kind,
        id,
        onFailure,
        ...(random.chance(0.04)
          ? { until: "${data.n}" }
          : random.pick([{ for: "PT5S" }, { for: "PT3M" }, { until: "${data.soon}" }])),
      };
    case "signal":
      return {
        kind,
        id,
        signal: random.pick(signalNames),
        onFailure,
        ...(random.chance(0.5) ? { timeout: "PT90S" } : {}),
      };
    case "approval":
      return {
        kind,
        id,
        approvers: { role: "operator" },
        fourEyes: random.chance(0.5),
        onFailure,
        ...(random.chance(0.5) ? { due: "PT2M" } : {}),
      };
    case "transform":
      return { kind, id, set: { n: random.chance(0.04) ? "${data.missing.x}" : "${data.n + 1}" }, onFailure };
  }
}

type Work = Pick<
  Extract<StepDocument, { kind: "forEach" }>,
  "action" | "compensation" | "probe" | "class" | "compensateSelf" | "onCompensationFailure"
>;

/** What an action and a forEach share: the commands, and what is done when they fail. */
function randomWork(random: Random, { index, isPivot, id, undone }: Wanted): Work {
  const isUndone = !isPivot && random.chance(undone);
  const key = "${action_key}";
  const undoInput = random.chance(0.03) ? "${data.missing.x}" : { key, was: "${original_result}" };
  const probed = random.chance(0.25);
  return {
    action: { command: `Shop.Do${id.toUpperCase()}`, ...randomPolicy(random), ...randomInput(random, index) },
    ...(isUndone
      ? { compensation: { command: `Shop.Undo${id.toUpperCase()}`, ...randomPolicy(random), input: undoInput } }
      : {}),
    ...(probed ? { probe: { command: `Shop.Find${id.toUpperCase()}`, ...randomPolicy(random) } } : {}),
    ...(isUndone || isPivot ? {} : { class: random.pick(["readonly", "irreversible"] as const) }),
    compensateSelf: random.weighted({ ifUnknown: 8, always: 1, never: 1 }),
    onCompensationFailure: random.weighted({ hold: 3, continue: 1 }),
  };
}

function randomInput(random: Random, index: number): { readonly input?: Json } {
  if (index === 0 || random.chance(0.8)) return {};
  if (random.chance(0.05)) return { input: { broken: "${data.missing.x}" } };
  return { input: { before: `\${steps.s${random.below(index)}.status}`, n: "${data.n}" } };
}

function randomPolicy(random: Random) {
  const attempts = random.between(1, 3);
  const retry = { attempts, initial: "PT2S", factor: 2, max: "PT1M", jitter: 0.2, maxElapsed: "PT5M" } as const;
  return { timeout: random.pick(["PT10S", "PT30S"]), retry };
}
