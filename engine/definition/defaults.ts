/** What a definition means where it says nothing (engine.md sections 3 and 4). Delays in milliseconds. */
import { limits } from "../limits";
import type { CommandDocument, CommandFields } from "./fields";
import type { RetryPolicy, StepClass } from "./saga";

export const defaultTimeout = limits.attemptTimeout;

const patience = { initial: 1000, factor: 2, max: 60_000, jitter: 0.2, maxElapsed: 3_600_000 } as const;

export const defaultRetry: Readonly<Record<"action" | "compensation", RetryPolicy>> = {
  action: { attempts: 3, ...patience },
  compensation: { attempts: 10, ...patience },
};

/** The long form of a command, whichever way it was written. */
export function commandFieldsOf(command: CommandDocument): CommandFields {
  return typeof command === "string" ? { command } : command;
}

/** An action with no class is compensable if it has a compensation, else irreversible; lint says so. */
export function classOf(step: { readonly class?: StepClass | undefined; readonly compensation?: unknown }): StepClass {
  return step.class ?? (step.compensation === undefined ? "irreversible" : "compensable");
}

/** `reserve_inventory` reads as "Reserve inventory", `OrderFulfillment` as "Order fulfillment". */
export function titleFrom(id: string): string {
  const words = id
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replaceAll("_", " ")
    .trim()
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
