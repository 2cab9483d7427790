import type { Answer } from "./answer";
import { type Command, nameOf, scopeOf } from "./command";
import { contextOf } from "./emitted";
import { blaming, Refused, TryLater } from "./errors";
import type { CloudEvent } from "./events";
import { handle } from "./handle";
import type { AnyHandler, Context, Finish, Handler, Reaction, Result, Role, UndoHandler } from "./handler";
import { hear } from "./hear";
import type { JsonObject } from "./json";
import type { Report } from "./post/hand";
import { openPostOffice, type PostOffice, type Sender } from "./post/post-office";
import { type Studio, studioSender } from "./post/studio";
import { postponeWork, putOff, settle, settledBefore } from "./settle";
import { checkSecret, type Secret } from "./signature";
import type { Store } from "./store/store";
import { Tally } from "./tally";
import type { AmqpOptions } from "./transports/amqp";
import type { HttpAnswer, HttpCall } from "./transports/answer-http";
import type { ListenOptions } from "./transports/listen";
import type { NatsOptions } from "./transports/nats";
import type { PullOptions } from "./transports/pull";

export type ParticipantOptions<Tx> = {
  readonly store: Store<Tx>;
  /** The service's signing secret. Where there is one, what is not signed with it is refused. */
  readonly secret?: Secret;
  /** Where Saga Studio is: for work that is pulled, replies that come later and events. */
  readonly studio?: string | Studio;
  /** Also handed each event that this service says, until it resolves: for services that share a process. */
  readonly tell?: (event: CloudEvent) => Promise<void>;
  /** Told of what nobody else is told of. Default: a line on standard error. */
  readonly onError?: Report;
};

/** Sees every command and what became of it; `next` goes on with it. */
export type Middleware = (command: Command, next: () => Promise<Answer>) => Promise<Answer>;

export type Running = { readonly stop: () => Promise<void> };

/** A service that takes part in sagas, whichever way its commands come. */
export function participant<Tx>(name: string, options: ParticipantOptions<Tx>): Participant<Tx> {
  return new Participant(name, options);
}

/** Of work that was put off and cannot be done. */
const firstPauseMs = 1_000;
const longestPauseMs = 5 * 60_000;

export class Participant<Tx> {
  readonly name: string;
  readonly store: Store<Tx>;
  readonly secret: Secret | null;
  readonly studio: Studio | null;
  readonly onError: Report;
  /** Of what is tried again: how often its handler has failed. */
  readonly failures = new Tally();
  readonly #tell: ParticipantOptions<Tx>["tell"];
  readonly #roles = new Map<string, Role<Tx>>();
  readonly #reactions = new Map<string, Reaction<Tx>>();
  readonly #middlewares: Middleware[] = [];
  readonly #senders: Sender[] = [];
  #office: (PostOffice & { users: number }) | null = null;

  constructor(name: string, { store, secret, studio, tell, onError }: ParticipantOptions<Tx>) {
    if (secret !== undefined) checkSecret(secret);
    this.name = name;
    this.store = store;
    this.secret = secret ?? null;
    this.studio = typeof studio === "string" ? { url: studio } : (studio ?? null);
    this.onError = onError ?? ((error) => process.stderr.write(`${name}: ${String(error)}\n`));
    this.#tell = tell;
  }

  /** Takes a command, and with it the commands that undo it and that ask about it. */
  handle<Input = JsonObject, R extends Result = Result>(command: string, handler: Handler<Tx, Input, R>): this {
    const of = toAny(command, handler);
    this.#take(command, { kind: "action", of });
    if (of.undo) this.#take(of.undo.command, { kind: "undo", of });
    if (of.probe !== null) this.#take(of.probe, { kind: "probe", of });
    return this;
  }

  /** Reacts to an event of another service, once for each event. */
  on(type: string, reaction: Reaction<Tx>): this {
    if (this.#reactions.has(type)) throw new Error(`${this.name} reacts to ${type} already`);
    this.#reactions.set(type, blaming(reaction));
    return this;
  }

  use(middleware: Middleware): this {
    this.#middlewares.push(middleware);
    return this;
  }

  /** The types of event that it reacts to. */
  get heard(): readonly string[] {
    return [...this.#reactions.keys()];
  }

  /** Answers a command, however often it comes. Rejects when nobody knows what became of it. */
  receive(command: Command): Promise<Answer> {
    const role = this.#roles.get(command.command);
    if (!role) return Promise.resolve(unknownCommand(command));
    return this.#around(command, () => this.#answer(role, command));
  }

  /** Reacts to an event, once however often it comes; what nobody here reacts to is let pass. */
  async hear(event: CloudEvent): Promise<void> {
    const reaction = this.#reactions.get(event.type);
    if (!reaction) return;
    await hear(this.store, { service: this.name, event, reaction });
    this.#office?.wake();
  }

  /** Says an event that follows from no command and no other event. Once it resolves the event is sent, sooner or later. */
  async emit(...event: Parameters<Context<Tx>["emit"]>): Promise<void> {
    await this.store.transaction(`${this.name} says`, async (book) => {
      const { context, flush } = contextOf(book, this.name);
      context.emit(...event);
      await flush();
    });
    this.#office?.wake();
  }

  /**
   * Does now what `later()` put off, and replies; without `work` as the handler's `finish` says. Answers what became of it:
   * `refused`, and the work is not called, where its undo came meanwhile. Null: nothing was put off under that key.
   */
  async settle(key: string, work?: Finish<Tx>): Promise<Answer | null> {
    const outcome = await this.store.transaction(`look ${key}`, (book) => book.find(key));
    const handler = this.#roles.get(outcome?.command ?? "")?.of;
    if (outcome?.service !== this.name || !handler) return null;
    const command = putOff(outcome);
    if (!command) return settledBefore(outcome);
    const what = `work ${key}`;
    const pauseMs = () => Math.min(longestPauseMs, firstPauseMs * 2 ** (this.failures.add(what) - 1));
    try {
      const finish = work ?? handler.finish;
      if (!finish) throw new Error(`${nameOf(command)} has no finish, and settle was given no work`);
      const means = { store: this.store, handler, finish, pauseMs };
      const answer = await this.#around(command, () => settle(means, command));
      if (answer.kind !== "busy") this.failures.clear(what);
      return answer;
    } catch (error) {
      await postponeWork(this.store, command, pauseMs());
      throw error;
    } finally {
      this.#office?.wake();
    }
  }

  /** Answers a call that came over HTTP, for an app that has a server of its own. Null: leave it without an answer. */
  async answer(call: HttpCall): Promise<HttpAnswer | null> {
    const { answerHttp } = await import("./transports/answer-http");
    return answerHttp(this, call);
  }

  /**
   * Does work that was put off and sends what is to be said: by the newest sender that is open, and to the studio over HTTP
   * where none is.
   */
  open(sender?: Sender): Running {
    this.#office ??= { ...this.#openOffice(), users: 0 };
    const office = this.#office;
    office.users += 1;
    if (sender) this.#senders.push(sender);
    let stopped: Promise<void> | null = null;
    const stop = async () => {
      if (sender) this.#senders.splice(this.#senders.indexOf(sender), 1);
      office.users -= 1;
      if (office.users > 0) return;
      this.#office = null;
      await office.stop();
    };
    return { stop: () => (stopped ??= stop()) };
  }

  /** Serves `POST /{Command}` over HTTP. */
  async listen(options: ListenOptions): Promise<Running & { readonly url: string }> {
    const { listen } = await import("./transports/listen");
    return listen(this, options);
  }

  /** Asks the studio for work: needs no address of its own. */
  async pull(options: PullOptions = {}): Promise<Running> {
    const { pull } = await import("./transports/pull");
    return pull(this, options);
  }

  /** Takes commands and events from NATS JetStream. */
  async nats(options: NatsOptions): Promise<Running> {
    const { nats } = await import("./transports/nats");
    return nats(this, options);
  }

  /** Takes commands and events from RabbitMQ, or another broker that speaks AMQP 0-9-1. */
  async amqp(options: AmqpOptions): Promise<Running> {
    const { amqp } = await import("./transports/amqp");
    return amqp(this, options);
  }

  async #answer(role: Role<Tx>, command: Command): Promise<Answer> {
    try {
      const answer = await this.store.transaction(scopeOf(command), (book) => handle(role, command, book));
      this.#office?.wake();
      return answer;
    } catch (error) {
      if (error instanceof Refused) return { kind: "refused", did: "declined", problem: error.problem };
      if (!(error instanceof TryLater)) throw error;
      const { code, message, afterMs } = error;
      return { kind: "busy", code, message, afterMs };
    }
  }

  #around(command: Command, inner: () => Promise<Answer>): Promise<Answer> {
    const chain = this.#middlewares.reduceRight<() => Promise<Answer>>(
      (next, middleware) => () => middleware(command, next),
      inner,
    );
    return chain();
  }

  #take(command: string, role: Role<Tx>): void {
    if (this.#roles.has(command)) throw new Error(`${this.name} takes ${command} already`);
    this.#roles.set(command, role);
  }

  #openOffice(): PostOffice {
    const stopping = new AbortController();
    const studio = this.studio === null ? nowhere : studioSender(this.studio, this.secret, stopping.signal);
    const office = openPostOffice({
      service: this.name,
      store: this.store,
      sender: {
        send: async (kind, event) => {
          const sent = await (this.#senders.at(-1) ?? studio).send(kind, event);
          // After it, so that whoever is there hears a cause before its effects; and whether or not anybody is there.
          if (kind === "event") await this.#tell?.(event);
          return sent;
        },
      },
      work: async (key) => void (await this.settle(key)),
      onError: this.onError,
    });
    const stop = () => {
      stopping.abort();
      return office.stop();
    };
    return { wake: office.wake, stop };
  }
}

const nowhere: Sender = {
  send: async () => ({ taken: false, refusal: "This participant was not told where the studio is" }),
};

function unknownCommand(command: Command): Answer {
  const detail = `There is no command ${nameOf(command)}.`;
  return {
    kind: "refused",
    did: "declined",
    problem: { code: "not_found", message: "Not found", detail, status: 404 },
  };
}

/** A handler's own types are its own affair: what it promised of its input is checked by its `parse` alone. */
function toAny<Tx, Input, R extends Result>(name: string, handler: Handler<Tx, Input, R>): AnyHandler<Tx> {
  const { parse, finish, undo, probe } = handler;
  const read = <C extends Command>(command: C) => ({
    ...command,
    input: parse ? parsed(parse, command.input) : (command.input as Input),
  });
  return {
    name,
    do: blaming((command, context) => handler.do(read(command), context)),
    finish: finish ? blaming((command, context) => finish(read(command), context)) : null,
    undo: undo ? blamingUndo(undo as NonNullable<AnyHandler<Tx>["undo"]>) : null,
    probe: probe ?? null,
  };
}

function blamingUndo<Tx, R extends Result>({ nothing, ...undo }: UndoHandler<Tx, R>): UndoHandler<Tx, R> {
  return { ...undo, do: blaming(undo.do), ...(nothing ? { nothing: blaming(nothing) } : {}) };
}

function parsed<Input>(parse: (input: JsonObject) => Input, input: JsonObject): Input {
  try {
    return parse(input);
  } catch (error) {
    if (error instanceof Refused || error instanceof TryLater) throw error;
    const detail = error instanceof Error ? error.message : String(error);
    throw new Refused("invalid_input", "The command does not fit", { detail });
  }
}
