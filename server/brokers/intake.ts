/**
 * What brokers hand to this process. A message is acknowledged once what it says is durable, or it is a dead letter;
 * when neither can be done, because the database is away, it is refused and comes again.
 *
 * Every process that runs sagas or answers requests has one; a broker shares its messages out among them.
 */
import type { BrokerCaller } from "../auth/actor";
import { isDatabaseAway } from "../database-away";
import { AppError } from "../errors";
import type { Logger } from "../log";
import type { ReplyDeps } from "../messages/accept-replies";
import { commandGivenUp, putDeadLetters } from "../messages/dead-letters";
import { takeMessages } from "../messages/take-messages";
import { brokerCaller } from "./broker-caller";
import type { Brokers } from "./brokers";
import { type BrokerLink, type GivenUp, type Incoming, NotAllTaken } from "./link";

/** How soon a broker that was registered anywhere is read here. */
const lookMs = 1_000;
/** From here on a message that alone cannot be taken, though the database answers, is a dead letter. */
const mostDeliveries = 10;
/** So many single messages at once. */
const handful = 8;

export type IntakeOptions = {
  readonly brokers: Brokers;
  readonly deps: ReplyDeps;
  readonly log: Logger;
};

export type Intake = { readonly stop: () => Promise<void> };

type Reading = { readonly link: BrokerLink; readonly stop: () => Promise<void> };

/** Reads every enabled broker, also those that are registered later. */
export function startIntake({ brokers, deps, log }: IntakeOptions): Intake {
  const readings = new Map<string, Reading>();
  let isStopped = false;
  let looking: Promise<void> = Promise.resolve();

  const leaving = new Set<Promise<void>>();
  /** A batch that hangs keeps only itself waiting: other brokers are read meanwhile, and this one anew. */
  const leave = ({ stop }: Reading) => {
    const stopping = stop()
      .catch((error: unknown) => log.warn({ err: error }, "A broker's messages could not be left in good order"))
      .finally(() => leaving.delete(stopping));
    leaving.add(stopping);
  };

  const look = async () => {
    const links = await brokers.all();
    for (const [name, reading] of readings) {
      if (links.get(name) === reading.link) continue;
      readings.delete(name);
      leave(reading);
    }
    for (const [name, link] of links) {
      if (isStopped || readings.has(name)) continue;
      const stop = link.consume(
        (messages) => take({ deps, log }, name, messages),
        (messages) => bury(deps, name, messages),
      );
      readings.set(name, { link, stop });
    }
  };
  const timer = setInterval(() => {
    looking = looking.then(look).catch((error: unknown) => log.debug({ err: error }, "Brokers could not be looked up"));
  }, lookMs);
  timer.unref();
  looking = look().catch((error: unknown) => log.debug({ err: error }, "Brokers could not be looked up"));

  return {
    stop: async () => {
      isStopped = true;
      clearInterval(timer);
      await looking;
      for (const reading of readings.values()) leave(reading);
      await Promise.all(leaving);
    },
  };
}

type Taking = Pick<IntakeOptions, "deps" | "log">;

/** Resolves once each message is durable or a dead letter; so are those that it does not name when it rejects. */
async function take(taking: Taking, broker: string, messages: readonly Incoming[]): Promise<void> {
  const caller = await brokerCaller(taking.deps.prisma, broker);
  try {
    await settle(taking, caller, messages);
  } catch (error) {
    if (messages.length === 1 && !isToBlame(messages[0], error)) throw error;
    // One of them may be at fault, and must not hold up the others.
    await settleSingly(taking, caller, messages);
  }
}

/**
 * A few at a time; rejects with those that have to come again. Once a whole handful fails because the database is away the
 * rest is not tried: it would fail as well.
 */
async function settleSingly(taking: Taking, caller: BrokerCaller, messages: readonly Incoming[]): Promise<void> {
  const failures = new Map<Incoming, unknown>();
  let tried = 0;
  while (tried < messages.length) {
    const some = messages.slice(tried, tried + handful);
    tried += some.length;
    const settleOne = (message: Incoming) =>
      settleAlone(taking, caller, message).catch((error: unknown) => void failures.set(message, error));
    await Promise.all(some.map(settleOne));
    if (some.every((message) => isDatabaseAway(failures.get(message)))) break;
  }
  const [first] = failures.values();
  if (failures.size > 0) throw new NotAllTaken(new Set([...failures.keys(), ...messages.slice(tried)]), first);
}

async function settle(taking: Taking, caller: BrokerCaller, messages: readonly Incoming[]): Promise<void> {
  const refusals = await takeMessages(taking.deps, caller, messages);
  const dead = messages.flatMap((message, index) => {
    const why = refusals[index];
    return why ? [toLetter(caller, message, why)] : [];
  });
  await putDeadLetters(taking.deps.prisma, dead);
  for (const { why, subject } of dead)
    taking.log.warn({ broker: caller.broker, subject, reason: why.code }, "A message could not be taken");
}

async function settleAlone(taking: Taking, caller: BrokerCaller, message: Incoming): Promise<void> {
  try {
    await settle(taking, caller, [message]);
  } catch (error) {
    if (!isToBlame(message, error)) throw error;
    const why = new AppError(500, "not_taken", `It failed ${message.deliveries} times: ${String(error)}`);
    await putDeadLetters(taking.deps.prisma, [toLetter(caller, message, why)]);
  }
}

/** However often it came: while the database or the orchestrator is away no message can be taken, and none is at fault. */
function isToBlame(message: Incoming | undefined, error: unknown): boolean {
  return (message?.deliveries ?? 0) >= mostDeliveries && !isDatabaseAway(error);
}

/** What the broker itself gave up is a dead letter here, where people see it. */
async function bury({ prisma }: ReplyDeps, broker: string, messages: readonly GivenUp[]): Promise<void> {
  const letters = messages.map((message) => ({
    source: `broker:${broker}` as const,
    why: new AppError(500, message.of === "command" ? commandGivenUp : "event_given_up", message.reason),
    subject: message.address,
    identity: message.identity,
    body: message.body,
    headers: message.headers,
  }));
  await putDeadLetters(prisma, letters);
}

function toLetter({ broker }: BrokerCaller, { address, identity, headers, body }: Incoming, why: AppError) {
  return { source: `broker:${broker}` as const, why, subject: address, identity, body, headers };
}
