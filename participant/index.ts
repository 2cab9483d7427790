/** The participant SDK: a service that may be called again, late or out of order, whichever way its commands come. */
export { type Answer, type Later, later, type Unheard, unheard } from "./answer";
export type { Command, LateCommand, Undo } from "./command";
export { type Problem, Refused, TryLater } from "./errors";
export type { CloudEvent } from "./events";
export type { Context, Handler, Reaction, Result } from "./handler";
export type { Json, JsonObject } from "./json";
export { type Middleware, Participant, type ParticipantOptions, participant, type Running } from "./participant";
export type { Sender, Sent } from "./post/post-office";
export type { Studio } from "./post/studio";
export type { Secret } from "./signature";
export { memoryStore } from "./store/memory";
export { type PostgresStore, postgresStore } from "./store/postgres";
export type { Book, Letter, Outcome, Store } from "./store/store";
export type { AmqpOptions } from "./transports/amqp";
export type { HttpAnswer, HttpCall } from "./transports/answer-http";
export type { ListenOptions } from "./transports/listen";
export type { NatsOptions } from "./transports/nats";
export type { PullOptions } from "./transports/pull";
