/**
 * A world of runs: their logs, the workers that own them, the words between them, the services they call, and time.
 * Everything random comes from one seed. What the orchestrator promises is promised here too, and nothing more:
 *
 * W1 A decision and the words to other runs are one commit; calls leave after it, and are lost with the worker.
 * W2 A reply of a call that was answered at once dies with the worker; what comes over the API or from a run does not.
 * W3 A child run and the news of it to its parent are one commit, and only while the parent has not ended.
 * W4 Words from one run to another come in their order, late, sometimes twice in a row.
 */
import { replyOfChild } from "../child-ended";
import type { Saga } from "../definition/saga";
import type { ChildEnded, Command, Decision, InvokeCommand, StartChild, TellRun } from "../run/command";
import type { RunEvent } from "../run/event";
import { isEnded, type RunState } from "../run/state";
import { nextWake } from "../wake";
import { startOfTime } from "./clock";
import { Participant } from "./participant";
import { Queue } from "./queue";
import type { Random } from "./random";
import { data } from "./random-saga";
import { type Happening, Run, SimulationFailed } from "./run";
import { Services } from "./services";

/** `epoch`: of the worker that waits for it; it is lost when that has died. */
type Thing =
  | { readonly kind: "event"; readonly run: string; readonly event: Happening; readonly epoch?: number }
  | { readonly kind: "send"; readonly command: InvokeCommand; readonly epoch: number }
  | { readonly kind: "arrive"; readonly command: InvokeCommand; readonly epoch: number }
  | { readonly kind: "finish"; readonly command: InvokeCommand }
  | { readonly kind: "begin"; readonly command: StartChild; readonly epoch: number }
  | { readonly kind: "told"; readonly word: TellRun }
  | { readonly kind: "wake"; readonly run: string }
  | { readonly kind: "takeOver"; readonly run: string };

export class World {
  readonly random: Random;
  readonly sagas: ReadonlyMap<string, Saga>;
  readonly runs = new Map<string, Run>();
  readonly participant = new Participant();
  readonly trace: string[] | null;
  /** How often things go wrong here: 1 is often enough. */
  readonly harshness: number;
  /** No fault from now on. */
  isHealed = false;
  now = startOfTime;
  events = 0;
  readonly #queue = new Queue<Thing>();
  readonly #services: Services;
  readonly #lastWordAt = new Map<string, number>();
  /** Runs that were told to stop. */
  readonly #stopped = new Set<string>();

  constructor(random: Random, sagas: ReadonlyMap<string, Saga>, trace: string[] | null) {
    this.random = random;
    this.sagas = sagas;
    this.harshness = random.pick([0.2, 0.6, 1, 2.5]);
    this.trace = trace;
    this.#services = new Services(this);
  }

  start(id: string, type: string, event: Partial<Extract<RunEvent, { type: "RunRequested" }>>): Decision {
    const run = new Run(id, this.sagas.get(type) as Saga);
    this.runs.set(id, run);
    return this.deliver(id, { type: "RunRequested", run: id, data, actor: "ada", ...event } as Happening);
  }

  get liveRuns(): readonly Run[] {
    return [...this.runs.values()].filter((run) => run.state !== null && !isEnded(run.state));
  }

  runOf(id: string): Run {
    const run = this.runs.get(id);
    if (!run) throw new SimulationFailed(`There is no run ${id}`);
    return run;
  }

  /** A share of what happens, while there are faults at all. */
  fault(share: number): boolean {
    return !this.isHealed && this.random.chance(share * this.harshness);
  }

  // ----------------------------------------------------------------- time

  put(delay: number, thing: Thing): void {
    this.#queue.put(this.now + delay, thing);
  }

  /** Lets the next thing happen; false when there is none. */
  step(): boolean {
    const next = this.#queue.take();
    if (!next) return false;
    this.now = Math.max(this.now, next.at);
    this.#happen(next.what);
    return true;
  }

  #happen(thing: Thing): void {
    switch (thing.kind) {
      case "event":
        return this.#arrived(thing);
      case "send":
        if (this.runOf(thing.command.run).epoch === thing.epoch) this.#services.send(thing.command, thing.epoch);
        return;
      case "arrive":
        return this.#services.arrive(thing.command, thing.epoch);
      case "finish":
        return this.#services.finish(thing.command);
      case "begin":
        if (this.runOf(thing.command.run).epoch === thing.epoch) this.#begin(thing.command, thing.epoch);
        return;
      case "told":
        return this.#told(thing.word);
      case "wake":
        return this.#wake(this.runOf(thing.run));
      case "takeOver":
        return this.#takeOver(this.runOf(thing.run));
    }
  }

  #arrived({ run: id, event, epoch }: Extract<Thing, { kind: "event" }>): void {
    const run = this.runOf(id);
    if (epoch !== undefined && epoch !== run.epoch) return;
    if (run.isOwned) this.deliver(id, event);
    else run.inbox.push(event);
  }

  #wake(run: Run): void {
    const due = run.state && nextWake(run.state);
    if (!run.isOwned || due === null || due > this.now) return;
    const decision = this.deliver(run.id, { type: "TimePassed" });
    const next = decision.state && nextWake(decision.state);
    if (decision.transitions.length === 0 && next !== null && next <= this.now)
      throw new SimulationFailed(`${run.id} wakes for nothing, again and again`);
  }

  // --------------------------------------------------------------- workers

  /** The worker that owns the run is gone, with all that it waited for. */
  die(run: Run): void {
    if (!run.isOwned) return;
    this.trace?.push(`${run.id}: its worker dies`);
    run.isOwned = false;
    run.epoch++;
    this.put(this.random.between(0, 25_000), { kind: "takeOver", run: run.id });
  }

  #takeOver(run: Run): void {
    run.isOwned = true;
    this.deliver(run.id, { type: "RunTakenOver" });
    for (const event of run.inbox.splice(0)) this.#arrived({ kind: "event", run: run.id, event });
  }

  // ------------------------------------------------------------- decisions

  deliver(id: string, event: Happening): Decision {
    const run = this.runOf(id);
    this.events++;
    const decision = run.decide({ ...event, at: this.now } as RunEvent, this.trace);
    const dies = this.fault(0.01);
    for (const command of decision.commands) this.#perform(run, command, dies);
    this.#hasStoppedChildren(run, decision);
    if (dies) this.die(run);
    const wake = decision.state && nextWake(decision.state);
    if (wake !== null) this.#queue.put(Math.max(wake, this.now), { kind: "wake", run: id });
    return decision;
  }

  /** `dies`: after the commit, before anything left. */
  #perform(run: Run, command: Command, dies: boolean): void {
    const { epoch } = run;
    switch (command.type) {
      case "InvokeCommand":
        if (!dies) this.put(this.random.below(50), { kind: "send", command, epoch });
        return;
      case "StartChild":
        if (!dies) this.put(this.random.below(200), { kind: "begin", command, epoch });
        return;
      case "TellRun":
        return this.#tell(run.id, command);
      case "PublishEvent":
        run.published.push(command.event);
    }
  }

  // -------------------------------------------------------------- children

  /** U8: whoever unwinds has asked the children under way to stop, and whoever is terminated all that are left. */
  #hasStoppedChildren(run: Run, { transitions, state }: Decision): void {
    const isTerminated = transitions.some((t) => t.type === "StepFailed" && t.error.code === "terminated");
    for (const s of state?.steps ?? []) {
      const child = s.child === null ? undefined : this.runs.get(s.child);
      if (!child?.state || isEnded(child.state) || this.#stopped.has(child.id)) continue;
      const isUnderWay = state?.unwind?.phase === "running" && s.action.open?.accepted === true;
      if (isUnderWay || isTerminated) throw new SimulationFailed(`${run.id} stops, and does not tell ${child.id}`);
    }
  }

  #begin(command: StartChild, epoch: number): void {
    const { run: parent, child, step, attempt, generation } = command;
    const accepted = { type: "CallAccepted", step, half: "action", attempt, generation } as const;
    const news = (event: Happening, more: { epoch?: number } = {}) =>
      this.put(this.random.below(this.fault(0.15) ? 60_000 : 500), { kind: "event", run: parent, event, ...more });
    if (this.runs.has(child)) return news(accepted);
    const refused = (code: string) => {
      const outcome = { kind: "terminal", error: { code, message: code } } as const;
      news({ type: "ReplyReceived", step, half: "action", attempt, generation, outcome }, { epoch });
    };
    if (command.find) return refused("not_begun");
    const { state } = this.runOf(parent);
    if (state === null || isEnded(state)) return;
    if (this.fault(0.05)) return refused("not_published");
    news(accepted);
    const { data: given, parent: by, startedBy, persons } = command;
    this.start(child, command.saga, { data: given, parent: by, actor: startedBy, persons });
  }

  #tell(from: string, word: TellRun): void {
    if (word.message.kind === "parent" && /cancel|undo|terminate/.test(word.message.ask)) this.#stopped.add(word.run);
    const road = `${from}>${word.run}`;
    const at = Math.max(this.#lastWordAt.get(road) ?? 0, this.now + this.random.below(this.fault(0.1) ? 60_000 : 500));
    this.#lastWordAt.set(road, at);
    this.#queue.put(at, { kind: "told", word });
    if (this.fault(0.1)) this.#queue.put(at, { kind: "told", word });
  }

  #told({ run, id, message }: TellRun): void {
    if (message.kind === "child" && message.ended.half === "compensation" && message.ended.state === "completed")
      throw new SimulationFailed(`A child of ${run} answers its undo by having completed`);
    const event: Happening =
      message.kind === "parent"
        ? { type: "ParentAsked", ask: message.ask, generation: message.generation }
        : withoutTime(message.ended, id);
    this.#arrived({ kind: "event", run, event });
  }
}

function withoutTime(ended: ChildEnded, id: string): Happening {
  const { at: _, ...reply } = replyOfChild(ended, { id, at: 0 });
  return reply;
}

/** What a run's state says at the end of a history, for whoever reads a failure. */
export function sketchOf(state: RunState): string {
  const steps = state.steps.map((s) => {
    const items = s.items ? ` [${s.items.map((i) => `${i.status}/${i.effect}`).join(", ")}]` : "";
    return `${s.id} ${s.status}/${s.effect}${s.handling ? `/${s.handling}` : ""}${items}`;
  });
  const { state: lifecycle, rollback, paused, unwind, attention } = state;
  return JSON.stringify({ lifecycle, rollback, paused, unwind, attention: attention.map((a) => a.reason), steps });
}
