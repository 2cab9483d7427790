/**
 * The runs that this incarnation owns, warm in memory. Every event is decided here at once; decisions go to the writer,
 * and what follows from them happens when the writer says that they are committed.
 *
 * It owns states, timers and when a run is put down. Not: connections, claims, calls.
 *
 * R1 Memory runs ahead of the log only by what the writer holds.
 * R2 A command is performed only after its intent is committed.
 * R3 A run leaves memory only with the flush that gives up its ownership, or with the whole session.
 */
import {
  applyEntry,
  type Decision,
  decide,
  type InvokeCommand,
  isEnded,
  isWaiting,
  type LogEntry,
  nextWake,
  type Outcome,
  type RunEvent,
  type RunState,
  type Saga,
  type StartChild,
  unitsOf,
} from "@/engine";
import { commandOf } from "@/engine/definition/step-commands";
import { limits } from "@/engine/limits";
import type { Clock } from "../clock";
import type { Logger } from "../log";
import type { BeginChild, ChildAnswer } from "./children";
import { toDeliveries } from "./deliveries/to-deliveries";
import type { Wish } from "./events-out";
import type { Call } from "./lane";
import { type OwnedRun, ownedRun, type Pending, type Performed, pendingOf } from "./owned-run";
import { toMessage } from "./payloads";
import { childReply } from "./receive";
import { approvalsOf, isRowChanged } from "./run-row";
import { toStorable } from "./storable";
import { stepNowOf, toLine } from "./text";
import { TimerHeap } from "./timer-heap";
import type { Writer, Written } from "./writer";

/** A run that only waits leaves memory when nothing is due sooner than this, and nothing happened for a while. */
const putDown = { dueAfterMs: 5_000, quietMs: 2_000 };
/** A run whose decision threw is read anew after this. */
const brokenMs = 60_000;
/** When a timer fired and nothing came of it, it is looked at again after this, not in a loop. */
const idleTimerMs = 1_000;
const longestTimerMs = 60_000;

export type OwnedRunsOptions = {
  readonly clock: Clock;
  readonly log: Logger;
  readonly writer: Pick<Writer, "add">;
  /** False: it may not be sent now. */
  readonly perform: (call: Call) => boolean;
  /** Begins the run of a saga step; never answers when the session is over. False: not now. */
  readonly startChild: (begin: BeginChild) => boolean;
  readonly moved: (run: string, seq: number) => void;
  /** Words to other runs are in their inboxes. */
  readonly told: () => void;
  /** Who wants events of runs. */
  readonly wishes: () => readonly Wish[];
  /** Events for them are committed. */
  readonly posted: () => void;
  /** Something arrived for a run while it was being put down. */
  readonly missed: () => void;
};

export class OwnedRuns {
  readonly #options: OwnedRunsOptions;
  readonly #runs = new Map<string, OwnedRun>();
  readonly #timers = new TimerHeap<OwnedRun>();
  /** Runs that something arrived for while they were being put down. */
  readonly #missed = new Set<string>();
  /** Inbox rows that are decided and not yet deleted, so that a second read passes them over. */
  readonly #taken = new Set<string>();
  #timer: NodeJS.Timeout | null = null;
  #timerAt = Number.POSITIVE_INFINITY;
  #ended = 0;

  constructor(options: OwnedRunsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#runs.size;
  }

  get ended(): number {
    return this.#ended;
  }

  get(id: string): OwnedRun | undefined {
    return this.#runs.get(id);
  }

  /** A run that was just begun here: its first decision is committed, and its commands are due. */
  begin(saga: Saga, state: RunState, commands: readonly Performed[]): void {
    this.#options.moved(state.id, state.seq);
    if (isEnded(state)) {
      this.#ended += 1;
      return;
    }
    const run = this.#keep(saga, state, 0);
    for (const command of commands) this.#perform(run, command);
  }

  /** A run that was claimed: calls still open are sent again, and what is past its time is decided (U1). */
  takeUp(saga: Saga, state: RunState, snapshotSeq: number): void {
    const run = this.#keep(saga, state, snapshotSeq);
    this.happen(run, { type: "RunTakenOver", at: this.at(run) });
  }

  /**
   * Decides an event. `inbox`: the row that brought it, deleted with the decision. False: the run takes nothing now, and
   * the row stays where it is.
   */
  happen(run: OwnedRun, event: RunEvent, inbox?: string): boolean {
    if (run.releasing || run.brokenUntil !== null) {
      if (inbox !== undefined) this.#missed.add(run.id);
      return false;
    }
    const decision = this.#decide(run, event);
    if (decision === null) return false;
    if (inbox !== undefined) this.#taken.add(inbox);
    this.#record(run, event, decision, inbox);
    return true;
  }

  /** Logs what the database decided and not the engine. False: as in `happen`. */
  note(run: OwnedRun, { actor, transitions }: Pick<LogEntry, "actor" | "transitions">, inbox: string): boolean {
    if (run.releasing || run.brokenUntil !== null) return false;
    this.#taken.add(inbox);
    pendingOf(run).inbox.push(inbox);
    this.#log(run, { at: this.at(run), actor, transitions }, null);
    this.#options.writer.add(run, 1);
    return true;
  }

  /** Inbox rows that are decided and not yet deleted. */
  inboxUnderWay(): readonly string[] {
    return [...this.#taken];
  }

  /** When an event of this run happens, in milliseconds: a log's time never goes back. */
  at(run: OwnedRun): number {
    return Math.max(this.#options.clock.now(), run.state.updatedAt);
  }

  committed(written: readonly Written[]): void {
    let missed = false;
    if (written.some(({ pending }) => pending.messages.length > 0)) this.#options.told();
    if (written.some(({ pending }) => pending.deliveries.length > 0)) this.#options.posted();
    for (const { run, pending, released } of written) {
      const last = pending.events.at(-1);
      if (last) this.#options.moved(run.id, last.seq);
      for (const id of pending.inbox) this.#taken.delete(id);
      run.putDown = false;
      if (released) {
        if (isEnded(run.state)) this.#ended += 1;
        this.#forget(run);
        missed = this.#missed.delete(run.id) || missed;
      }
      for (const command of pending.commands) this.#perform(run, command);
    }
    if (missed) this.#options.missed();
  }

  /** What was decided cannot be written: the run rests, and is read anew. */
  refused(run: OwnedRun, dropped: readonly Pending[], error: unknown): void {
    for (const id of dropped.flatMap((pending) => pending.inbox)) this.#taken.delete(id);
    this.#options.log.error({ err: error, run: run.id }, "A run's decisions cannot be written: the run rests");
    run.brokenUntil = performance.now() + brokenMs;
    run.openCalls = 0;
    this.#timers.set(run, null);
  }

  /** Puts down what only waits. Answers runs that broke a while ago, forgotten here: they may be read anew. */
  sweep(): readonly string[] {
    const now = this.#options.clock.now();
    const monotonic = performance.now();
    const broken: string[] = [];
    for (const run of this.#runs.values()) {
      if (run.pending || run.inFlight || run.queued || run.busy || run.openCalls > 0) continue;
      if (run.brokenUntil !== null) {
        if (run.brokenUntil > monotonic) continue;
        this.#forget(run);
        broken.push(run.id);
      } else if (mayPutDown(run, now, monotonic)) this.putDown(run);
    }
    return broken;
  }

  putDown(run: OwnedRun): void {
    run.putDown = true;
    this.#options.writer.add(run, 0);
  }

  /** For a stop: everything is put down, calls that are still open without their replies. */
  putDownAll(): void {
    for (const run of this.#runs.values()) {
      run.openCalls = 0;
      run.busy = false;
      run.pending?.commands.splice(0);
      this.putDown(run);
    }
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #keep(saga: Saga, state: RunState, snapshotSeq: number): OwnedRun {
    const run = ownedRun(saga, state, snapshotSeq);
    this.#runs.set(run.id, run);
    this.#setTimer(run, nextWake(state));
    return run;
  }

  #forget(run: OwnedRun): void {
    this.#timers.set(run, null);
    if (this.#runs.get(run.id) === run) this.#runs.delete(run.id);
  }

  #decide(run: OwnedRun, event: RunEvent): Decision | null {
    try {
      return decide(run.saga, run.state, event);
    } catch (error) {
      this.#options.log.error({ err: error, run: run.id, event: event.type }, "Deciding failed: the run rests");
      run.brokenUntil = performance.now() + brokenMs;
      this.#timers.set(run, null);
      return null;
    }
  }

  #record(run: OwnedRun, event: RunEvent, decision: Decision, inbox: string | undefined): void {
    const commands = decision.commands.filter((c) => c.type === "InvokeCommand" || c.type === "StartChild");
    const isLogged = decision.transitions.length > 0;
    run.touchedAt = performance.now();
    if (!isLogged && inbox === undefined) {
      for (const command of commands) this.#perform(run, command);
      return;
    }
    const pending = pendingOf(run);
    pending.commands.push(...commands);
    if (inbox !== undefined) pending.inbox.push(inbox);
    for (const command of decision.commands) {
      if (command.type === "TellRun") pending.messages.push(toMessage(command));
    }
    if (isLogged) {
      const actor = "actor" in event ? (event.actor ?? null) : null;
      this.#log(run, { at: event.at, actor, transitions: decision.transitions }, decision);
    }
    this.#options.writer.add(run, isLogged ? 1 : 0);
  }

  /** `decision`: what the engine made of it, when it was the engine. */
  #log(run: OwnedRun, entry: Omit<LogEntry, "seq">, decision: Decision | null): void {
    const before = run.state;
    const { value: transitions, text } = toStorable(entry.transitions);
    const { at } = entry;
    const actor = entry.actor && toLine(entry.actor);
    const seq = before.seq + 1;
    const decided = transitions === entry.transitions ? decision?.state : null;
    run.state = decided ?? applyEntry(run.saga, before, { seq, at, actor, transitions });
    run.stepNow = stepNowOf(transitions) ?? run.stepNow;
    const pending = pendingOf(run);
    pending.events.push({ run: run.id, seq, at, actor, transitions: text });
    const wishes = this.#options.wishes();
    if (wishes.length > 0)
      pending.deliveries.push(...toDeliveries(wishes, run.state, { at, transitions }, decision?.commands ?? []));
    const approvals = approvalsOf(run.saga, run.state);
    if (approvals !== run.approvals || isRowChanged(before, run.state)) pending.writeRow = true;
    run.approvals = approvals;
    if (seq === limits.warnDecisions) this.#options.log.warn({ run: run.id, seq }, "The log of a run has grown long");
    this.#setTimer(run, nextWake(run.state));
  }

  #perform(run: OwnedRun, command: Performed): void {
    if (command.type === "StartChild") return this.#startChild(run, command);
    const done: Call["done"] = (outcome) => this.#replied(run, command, outcome);
    const isWanted = () => isAwaited(run.state, command);
    const sent = this.#options.perform({ command, saysTimeout: saysTimeout(run.saga, command), isWanted, done });
    if (sent) run.openCalls += 1;
  }

  #replied(run: OwnedRun, command: InvokeCommand, outcome: Outcome | "accepted"): void {
    run.openCalls -= 1;
    const { step, item, half, attempt, generation, again } = command;
    const about = { at: this.at(run), step, ...(item === undefined ? {} : { item }), half, attempt, generation };
    if (outcome === "accepted") this.happen(run, { type: "CallAccepted", ...about });
    else this.happen(run, { type: "ReplyReceived", ...about, outcome: again ? outcomeOfBoth(outcome) : outcome });
  }

  #startChild(run: OwnedRun, command: StartChild): void {
    const done = (answer: ChildAnswer) => {
      run.openCalls -= 1;
      this.#childAnswered(run, command, answer);
    };
    const sent = this.#options.startChild({ command, wish: () => wishOf(run.state, command), done });
    if (sent) run.openCalls += 1;
  }

  #childAnswered(run: OwnedRun, { step, attempt, generation }: StartChild, answer: ChildAnswer): void {
    const about = { at: this.at(run), step, half: "action", attempt, generation } as const;
    switch (answer.kind) {
      case "begun":
        this.happen(run, { type: "CallAccepted", ...about });
        return;
      case "ended":
        // It may have ended with its very first decision, which has no other way to say so.
        this.happen(run, { type: "CallAccepted", ...about });
        this.happen(run, childReply(answer, about.at));
        return;
      case "refused":
        this.happen(run, { type: "ReplyReceived", ...about, outcome: { kind: "terminal", error: answer.error } });
    }
  }

  #setTimer(run: OwnedRun, at: number | null): void {
    this.#timers.set(run, at);
    const next = this.#timers.next();
    if (next !== null && next < this.#timerAt) this.#arm(next);
  }

  #arm(at: number): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timerAt = at;
    const wait = Math.min(Math.max(0, at - this.#options.clock.now()), longestTimerMs);
    this.#timer = setTimeout(() => this.#fire(), wait);
  }

  #fire(): void {
    this.#timerAt = Number.POSITIVE_INFINITY;
    const now = this.#options.clock.now();
    for (let run = this.#timers.takeDue(now); run !== null; run = this.#timers.takeDue(now)) {
      this.happen(run, { type: "TimePassed", at: this.at(run) });
      const wake = run.brokenUntil === null ? nextWake(run.state) : null;
      if (run.timerIndex === -1 && wake !== null) this.#timers.set(run, Math.max(wake, now + idleTimerMs));
    }
    const next = this.#timers.next();
    if (next !== null) this.#arm(next);
  }
}

/** The attempt is open, and is no action of a run that has begun to unwind meanwhile (U1). */
function isAwaited(state: RunState, { step, item, half, attempt, generation }: InvokeCommand): boolean {
  if (half === "action" && state.unwind?.phase === "running") return false;
  const s = state.steps.find(({ id }) => id === step);
  const w = s && unitsOf(s)[item ?? 0];
  const now = half === "action" ? w?.action : half === "compensation" ? w?.undo : w?.probe;
  if (!w || now?.open == null || now.attempt !== attempt) return false;
  return (half === "probe" ? w.action.generation : now.generation) === generation;
}

/** Whether a child is still to be begun: not in an unwind, where it is only looked for (U1), nor while the run rests (U9). */
function wishOf(state: RunState, { find }: StartChild): ReturnType<BeginChild["wish"]> {
  if (find || state.unwind?.phase === "running" || isEnded(state)) return "find";
  return state.paused ? "wait" : "begin";
}

/** Of an attempt that was sent twice: that the second call was not taken leaves open what became of the first (F3). */
function outcomeOfBoth(second: Outcome): Outcome {
  return second.kind === "retryable" ? { ...second, whenSpent: "unknown" } : second;
}

function mayPutDown(run: OwnedRun, now: number, monotonic: number): boolean {
  if (isEnded(run.state)) return true;
  if (!isWaiting(run.state) || run.touchedAt + putDown.quietMs > monotonic) return false;
  const wake = nextWake(run.state);
  return wake === null || wake > now + putDown.dueAfterMs;
}

function saysTimeout(saga: Saga, { step, half }: InvokeCommand): boolean {
  const written = saga.document.steps[saga.indexOf.get(step) ?? -1];
  const command = written && commandOf(written, half);
  return typeof command === "object" && command.timeout !== undefined;
}
