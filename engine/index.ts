/** The engine's door for the orchestrator: what running sagas takes. Tools that take more import the file that has it. */
export { decide } from "./decide";
export { compile } from "./definition/compile";
export type { SagaDocument } from "./definition/document";
export type { Saga } from "./definition/saga";
export { applyEntry, fold } from "./evolve";
export { isJsonObject, type Json } from "./json";
export type { Decision, InvokeCommand } from "./run/command";
export type { Operation, Outcome, RunEvent } from "./run/event";
export { isEnded, type RunState, type StepError } from "./run/state";
export type { LogEntry, Transition } from "./run/transition";
export { isWaiting, nextWake } from "./wake";
