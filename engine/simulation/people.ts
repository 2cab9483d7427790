/**
 * People: they operate, signal and decide at random, but they do not lie: who says that something was done did it, who says
 * that nothing happened has looked and made sure. When the world is healed they help whoever is stuck.
 */
import { keyOf, subjectOf } from "../context";
import type { Decision } from "../run/command";
import type { LeftOut, Operation, OperationName } from "../run/event";
import { isEnded, type RunState, type StepState, type WorkState } from "../run/state";
import type { Named } from "../run/transition";
import { unitOf } from "./participant";
import { signalNames } from "./random-saga";
import type { Run } from "./run";
import type { World } from "./world";

const persons = ["ada", "grace", "linus", null] as const;

type Wishes = Readonly<Partial<Record<OperationName, number>>>;

/** What somebody asks for who has not looked. */
const blind: Wishes = {
  retry: 2,
  skip: 2,
  complete: 2,
  fail: 2,
  compensate: 2,
  retryCompensation: 2,
  markCompensated: 2,
  pause: 2,
  resume: 2,
  cancel: 1,
  terminate: 0.2,
  startAgain: 0.3,
  note: 0.3,
};

/** And what of a run in this state. */
const forStuckSteps: Wishes = { retry: 6, skip: 3, complete: 3, fail: 3, compensate: 1 };
const forStuckUndos: Wishes = { retryCompensation: 5, markCompensated: 2, pause: 0.5, terminate: 0.2 };
const forEnded: Wishes = { retry: 3, compensate: 5, retryCompensation: 1, markCompensated: 1, startAgain: 0.5 };
const forMoving: Wishes = { pause: 3, cancel: 1, compensate: 2, skip: 1, note: 0.3, terminate: 0.2 };

export class People {
  readonly #world: World;
  #said = 0;

  constructor(world: World) {
    this.#world = world;
  }

  /** Somebody does something, sensible or not. */
  meddle(): void {
    const { random } = this.#world;
    const reachable = [...this.#world.runs.values()].filter((run) => run.isOwned && run.state !== null);
    if (reachable.length === 0) return;
    const run = random.pick(reachable);
    const what = random.weighted({ operation: 6, signal: 2, decision: 2 });
    if (what === "signal") return void this.#signal(run, random.pick(signalNames));
    if (what === "decision") return void this.#decideSomething(run);
    this.#operate(run, this.#anything(run));
  }

  #anything(run: Run): Operation {
    const { random } = this.#world;
    const state = run.state as RunState;
    const operation = random.weighted(random.chance(0.7) ? wishesFor(state) : blind);
    const s = this.#likely(state, operation) ?? random.pick(state.steps);
    const isNamed = operation !== "compensate" && random.chance(0.8);
    return {
      operation,
      reason: "because",
      ...(isNamed ? { step: s.id } : {}),
      ...(isNamed && s.items && random.chance(0.5) ? { item: this.#likelyItem(s) } : {}),
      ...(operation === "complete" || (operation === "skip" && random.chance(0.5)) ? { result: { by: "hand" } } : {}),
      ...(operation === "markCompensated" ? { evidence: "seen" } : {}),
      ...(operation === "fail" ? { effect: random.pick(["none", "unknown"] as const) } : {}),
      ...(operation.startsWith("retry") && random.chance(0.3) ? { input: { edited: true } } : {}),
      ...(operation === "compensate" ? this.#howFar(state) : {}),
    };
  }

  /** A step that the operation may be meant for. */
  #likely(state: RunState, operation: OperationName): StepState | undefined {
    const isUndo = operation === "retryCompensation" || operation === "markCompensated";
    const fitting = state.steps.filter((s) => (isUndo ? s.status === "compensation_failed" : isStuck(s)));
    return fitting.length > 0 && this.#world.random.chance(0.9) ? this.#world.random.pick(fitting) : undefined;
  }

  #likelyItem({ items }: StepState): number {
    const { random } = this.#world;
    const fitting = (items ?? []).flatMap((w, i) => (w.status.endsWith("failed") || isBetween(w) ? [i] : []));
    return fitting.length > 0 && random.chance(0.8) ? random.pick(fitting) : random.below(items?.length ?? 1);
  }

  #howFar(state: RunState): Partial<Operation> {
    const { random } = this.#world;
    const late = state.attention.find((a) => a.reason === "late_effect");
    if (late?.step && random.chance(0.6)) return { step: late.step };
    const done = state.steps.filter((s) => s.effect !== "none");
    const downTo = done.length > 0 && random.chance(0.4) ? { downTo: random.pick(done).id } : {};
    const leaveOut: LeftOut[] = done
      .filter(() => random.chance(0.15))
      .map(({ id }) => ({ step: id, reason: "It was delivered" }));
    return { ...downTo, ...(leaveOut.length > 0 ? { leaveOut } : {}) };
  }

  // ------------------------------------------------------------ what they do

  #operate(run: Run, asked: Operation): Decision | null {
    if (this.#isDoor(run, asked)) return null;
    const operation = this.#honest(run, asked);
    const before = run.state as RunState;
    const id = `op${this.#said++}`;
    const person = this.#world.random.pick(persons);
    const decision = this.#world.deliver(run.id, {
      type: "OperationRequested",
      id,
      actor: person ?? "key",
      person,
      operation,
    });
    this.#doneBy(run, decision);
    if (isEnded(before) && decision.transitions.some((t) => t.type === "UnwindStarted")) run.isUnwoundAlone = true;
    return decision;
  }

  /** U8: who is the child of a live parent is not unwound alone. The door sees to it, not the engine. */
  #isDoor(run: Run, { operation }: Operation): boolean {
    const isUndoing = ["compensate", "retryCompensation", "markCompensated"].includes(operation);
    if (!run.state || !isEnded(run.state) || !isUndoing || run.state.parent === null) return false;
    const parent = this.#world.runs.get(run.state.parent.run)?.state;
    return parent != null && !isEnded(parent);
  }

  /** Nobody says that nothing happened where something did; whoever says so has made sure that nothing will. */
  #honest(run: Run, operation: Operation): Operation {
    if (operation.operation !== "fail" || operation.effect !== "none") return operation;
    const { participant } = this.#world;
    const works = this.#worksOf(run, operation);
    const isSure = works.length > 0 && works.every(({ key, isChild }) => !isChild && !participant.hasHappened(key));
    if (!isSure) return { ...operation, effect: "unknown" };
    for (const { key, unit } of works) participant.fence(key, unit);
    return operation;
  }

  /** What was said to be done, by whom it was asked for, is done. */
  #doneBy(run: Run, decision: Decision): void {
    for (const t of decision.transitions) {
      if (t.type === "StepCompleted" && t.by === "operator") this.#didByHand(run, t);
      if (t.type === "CompensationCompleted" && t.evidence !== undefined) this.#undidByHand(run, t);
    }
  }

  #didByHand(run: Run, { step, item }: Named): void {
    const [work] = this.#worksOf(run, { step, item: item ?? null });
    if (!work || work.isChild || work.isWhole) run.byHand.add(nameOf({ step, item }));
    else this.#world.participant.doneByHand(work.key, work.unit, { by: "hand" });
  }

  #undidByHand(run: Run, { step, item }: Named): void {
    const [work] = this.#worksOf(run, { step, item: item ?? null });
    if (!work || work.isChild) run.byHand.add(nameOf({ step, item }));
    else this.#world.participant.undoByHand(work.unit);
  }

  /** A step, one of its items (null: it as a whole), or all of them, with what the service calls them. */
  #worksOf(run: Run, { step, item }: { readonly step?: string; readonly item?: number | null }) {
    const state = run.state as RunState;
    const index = run.saga.indexOf.get(step ?? "");
    const s = state.steps[index ?? -1];
    if (index === undefined || !s) return [];
    const places = s.items && item === undefined ? s.items.map((_, i) => i) : [item ?? null];
    return places.flatMap((place) => {
      if (place !== null && !s.items?.[place]) return [];
      const subject = subjectOf(run.saga, state, { index, item: place });
      const isChild = run.saga.steps[index]?.kind === "saga";
      const isWhole = s.items !== null && place === null;
      return [{ key: keyOf(subject, "action"), unit: unitOf(run.id, s.id, place), isChild, isWhole }];
    });
  }

  #signal(run: Run, signal: string): Decision {
    const id = `signal${this.#said++}`;
    return this.#world.deliver(run.id, { type: "SignalReceived", id, actor: "world", signal, data: { id } });
  }

  #decideSomething(run: Run): void {
    const { random } = this.#world;
    const asked = (run.state as RunState).steps.filter((_, i) => run.saga.steps[i]?.kind === "approval");
    if (asked.length === 0) return;
    const s = random.pick(asked);
    const generation = random.chance(0.9) ? s.action.generation : s.action.generation + 1;
    const decision = random.chance(0.7) ? "approve" : "reject";
    this.#decide(run, { step: s.id, generation, decision, person: random.pick(persons) });
  }

  #decide(
    run: Run,
    said: { step: string; generation: number; decision: "approve" | "reject"; person: string | null },
  ): Decision {
    const id = `decision${this.#said++}`;
    const actor = said.person ?? "key";
    return this.#world.deliver(run.id, { type: "DecisionReceived", id, actor, form: {}, comment: "", ...said });
  }

  // ----------------------------------------------------------------- helping

  /** Somebody well-meaning does one thing for one run that is stuck; false when nobody can. */
  help(): boolean {
    for (const run of this.#world.liveRuns) {
      if (run.isOwned && this.#helps(run)) return true;
    }
    return false;
  }

  /** The ways out, the best first; each is tried when the one before was refused, or was tried too often. */
  #helps(run: Run): boolean {
    const state = run.state as RunState;
    const tries = run.helped++;
    if (state.paused) return this.#isDone(run, { operation: "resume", reason: "help" });
    const waiting = state.steps.find((s) => s.waiting !== null);
    if (waiting && tries < 40) return this.#answers(run, waiting);
    const stuck = state.attention.find((a) => a.step !== null && isHolding(a.reason));
    if (!stuck?.step) return this.#isWaitingForChild(run) ? false : this.#gives(run);
    const step = stuck.step;
    if (stuck.reason === "unwind_stopped") return this.#isDone(run, { operation: "compensate", reason: "help" });
    if (stuck.reason === "compensation_failed") {
      const again = tries < 8 && this.#isDone(run, { operation: "retryCompensation", step, reason: "help" });
      return again || this.#isDone(run, { operation: "markCompensated", step, reason: "help", evidence: "seen" });
    }
    if (stuck.reason === "pivot_unknown") return this.#findsOut(run, step) || this.#gives(run);
    const again = tries < 3 && this.#isDone(run, { operation: "retry", step, reason: "help" });
    const done = () => tries < 20 && this.#isDone(run, { operation: "complete", step, reason: "help", result: {} });
    return again || done() || this.#gives(run);
  }

  #isWaitingForChild(run: Run): boolean {
    return (run.state as RunState).steps.some(
      (s) => s.action.open?.accepted === true || s.undo.open?.accepted === true,
    );
  }

  /** Nobody knows whether the pivot happened: somebody looks, and says so. */
  #findsOut(run: Run, step: string): boolean {
    const [work] = this.#worksOf(run, { step });
    if (!work) return false;
    const happened = this.#world.participant.hasHappened(work.key);
    return happened
      ? this.#isDone(run, { operation: "complete", step, result: {}, reason: "help" })
      : this.#isDone(run, { operation: "fail", step, effect: "none", reason: "help" });
  }

  #answers(run: Run, s: StepState): boolean {
    const spec = run.saga.steps[run.saga.indexOf.get(s.id) ?? -1];
    if (spec?.kind === "signal") return !this.#signal(run, spec.signal).refused;
    if (spec?.kind !== "approval") return this.#isDone(run, { operation: "skip", step: s.id, reason: "help" });
    const { generation } = s.action;
    const asking = ["barbara", "grace"].map(
      (person) => ({ step: s.id, generation, decision: "approve", person }) as const,
    );
    return asking.some((said) => !this.#decide(run, said).refused) || this.#gives(run);
  }

  /** Nothing else is left but to go back; that a run can only be terminated is a failure of the engine's. */
  #gives(run: Run): boolean {
    return (["cancel", "compensate"] as const).some((operation) => this.#isDone(run, { operation, reason: "help" }));
  }

  #isDone(run: Run, operation: Operation): boolean {
    const decision = this.#operate(run, operation);
    return decision !== null && !decision.refused;
  }
}

function wishesFor(state: RunState): Wishes {
  if (state.rollback === "nothing_to_undo") return { retry: 5, startAgain: 1 };
  if (isEnded(state)) return forEnded;
  if (state.paused) return { ...forStuckSteps, ...forStuckUndos, resume: 8 };
  if (state.steps.some((s) => s.status === "compensation_failed")) return forStuckUndos;
  if (state.attention.some((a) => a.reason === "unwind_stopped")) return { compensate: 5, terminate: 1 };
  return state.steps.some(isStuck) ? forStuckSteps : forMoving;
}

function isStuck(s: StepState): boolean {
  return (s.status === "failed" && s.handling !== "continue") || s.waiting !== null || (s.items ?? [s]).some(isBetween);
}

function nameOf({ step, item }: Named): string {
  return item === undefined ? step : `${step}:${item}`;
}

function isBetween({ action, probe }: WorkState): boolean {
  return action.retryAt !== null || probe?.retryAt != null;
}

function isHolding(reason: string): boolean {
  return ["step_held", "pivot_unknown", "compensation_failed", "unwind_stopped"].includes(reason);
}
