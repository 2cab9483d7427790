/** How calls fare: answered, refused, broken before or after the effect, lost, late, doubled, taken for later. */
import type { Json } from "../json";
import type { InvokeCommand } from "../run/command";
import type { Outcome } from "../run/event";
import type { Part } from "../run/state";
import type { Answer } from "./participant";
import type { Happening } from "./run";
import type { World } from "./world";

const busy = { kind: "retryable", error: { code: "busy", message: "429" }, whenSpent: "none" } as const;
const broken: Outcome = { kind: "retryable", error: { code: "broken", message: "500" }, whenSpent: "unknown" };
const cutOff: Outcome = { kind: "unknown", error: { code: "cut_off", message: "Connection lost after sending" } };

export class Services {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /** The call leaves; it may never arrive, of which we know (refused) or do not (lost). */
  send(command: InvokeCommand, epoch: number): void {
    const { random } = this.#world;
    if (this.#world.fault(0.05)) return this.#reply(command, { ...busy, retryAfterMs: 3_000 }, epoch);
    if (this.#world.fault(0.05)) return;
    const delay = this.#world.fault(0.08) ? random.below(90_000) : random.below(300);
    this.#world.put(delay, { kind: "arrive", command, epoch });
  }

  arrive(command: InvokeCommand, epoch: number): void {
    if (this.#world.fault(0.07)) return this.#reply(command, busy, epoch);
    if (this.#world.fault(0.05)) return this.#reply(command, broken, epoch);
    if (command.half === "probe") return this.#found(command, epoch);
    if (command.half === "compensation") return this.#undone(command, epoch);
    const how = this.#world.fault(0.05) ? "refuse" : this.#world.random.chance(0.15) ? "later" : "now";
    this.#answer(command, this.#world.participant.act(command, how), epoch);
  }

  #answer(command: InvokeCommand, answer: Answer, epoch: number): void {
    if (answer.kind === "working") {
      this.#accepted(command, epoch);
      return this.#world.put(this.#world.random.below(this.#world.fault(0.2) ? 60_000 : 4_000), {
        kind: "finish",
        command,
      });
    }
    this.#reply(command, outcomeOf(answer), epoch);
  }

  /** What was taken is done: its reply comes over the API, also when nobody waits for it any more. */
  finish(command: InvokeCommand): void {
    const { participant } = this.#world;
    if (command.half === "compensation") {
      participant.undo(command);
      return this.#replyLater(command, { kind: "success", result: null });
    }
    const answer = participant.finish(command.key);
    if (answer.kind !== "working") this.#replyLater(command, outcomeOf(answer));
  }

  #undone(command: InvokeCommand, epoch: number): void {
    if (this.#world.fault(0.1)) {
      const error = { code: "cannot", message: "It cannot be undone now" };
      return this.#reply(command, { kind: "terminal", error }, epoch);
    }
    if (this.#world.random.chance(0.1)) {
      this.#accepted(command, epoch);
      return this.#world.put(this.#world.random.below(8_000), { kind: "finish", command });
    }
    this.#world.participant.undo(command);
    this.#reply(command, { kind: "success", result: null }, epoch);
  }

  #found(command: InvokeCommand, epoch: number): void {
    const { random, participant } = this.#world;
    const garbage = this.#world.fault(0.15)
      ? random.pick<Json>([null, { happened: "maybe" }, { fenced: true }])
      : undefined;
    const result = garbage === undefined ? participant.find(command, random.chance(0.7)) : garbage;
    this.#reply(command, { kind: "success", result }, epoch);
  }

  /** 202; not always does that come before the reply, or at all. */
  #accepted(command: InvokeCommand, epoch: number): void {
    if (this.#world.fault(0.1)) return;
    const { step, item, half, attempt, generation } = command;
    const event: Happening = { type: "CallAccepted", step, ...itemOf(item), half, attempt, generation };
    this.#world.put(this.#world.random.below(this.#world.fault(0.2) ? 9_000 : 200), {
      kind: "event",
      run: command.run,
      event,
      epoch,
    });
  }

  /** An answer to the call itself: it may be lost, broken on its way, late, or come twice. */
  #reply(command: InvokeCommand, outcome: Outcome, epoch: number): void {
    const { random } = this.#world;
    if (this.#world.fault(0.04)) return;
    const seen = this.#world.fault(0.06) ? random.pick([broken, cutOff]) : outcome;
    const event = this.#eventOf(command, command.again ? ofBoth(seen) : seen);
    const delay = this.#world.fault(0.05) ? random.below(60_000) : random.below(300);
    this.#world.put(delay, { kind: "event", run: command.run, event, epoch });
    if (this.#world.fault(0.05))
      this.#world.put(delay + random.below(5_000), { kind: "event", run: command.run, event, epoch });
  }

  #replyLater(command: InvokeCommand, outcome: Outcome): void {
    const { random } = this.#world;
    if (this.#world.fault(0.1)) return;
    const id = `reply-${command.key}-${command.attempt}`;
    const { attempt: _, ...event } = this.#eventOf(command, outcome);
    const told = { kind: "event", run: command.run, event: { ...event, id, ...this.#attemptOf(command) } } as const;
    this.#world.put(random.below(200), told);
    if (this.#world.fault(0.1)) this.#world.put(random.below(30_000), told);
  }

  /** F5: a service that replies later may leave the attempt out. */
  #attemptOf({ attempt }: InvokeCommand) {
    return this.#world.random.chance(0.5) ? { attempt } : {};
  }

  #eventOf({ step, item, half, attempt, generation }: InvokeCommand, outcome: Outcome) {
    return { type: "ReplyReceived" as const, step, ...itemOf(item), half: half as Part, attempt, generation, outcome };
  }
}

function itemOf(item: number | undefined) {
  return item === undefined ? {} : { item };
}

function outcomeOf(answer: Exclude<Answer, { kind: "working" }>): Outcome {
  if (answer.kind === "done") return { kind: "success", result: answer.result };
  return { kind: "terminal", error: { code: answer.why, message: `Refused: ${answer.why}` } };
}

/** That a call sent once more did not happen says nothing of the one before it. */
function ofBoth(second: Outcome): Outcome {
  return second.kind === "retryable" ? { ...second, whenSpent: "unknown" } : second;
}
