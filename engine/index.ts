/** The engine's door for the orchestrator: what running sagas takes. Tools that take more import the file that has it. */

export { replyOfChild } from "./child-ended";
export { childEnded } from "./children";
export { decide } from "./decide";
export { compile } from "./definition/compile";
export type { Saga } from "./definition/saga";
export { applyEntry, fold } from "./evolve";
export { isJsonObject, type Json } from "./json";
export type { ChildEnded, Decision, InvokeCommand, PublishEvent, StartChild, TellRun } from "./run/command";
export type { Operation, Outcome, ParentAsk, RunEvent, ToldEvent } from "./run/event";
export { isEnded, type Parent, type RunState, type StepError, type StepStatus, unitsOf } from "./run/state";
export type { LogEntry, Transition } from "./run/transition";
export { isWaiting, nextWake } from "./wake";
