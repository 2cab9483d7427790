import type { Json } from "./json";

/** What is said against a command: `code` is the stable word that its run files the failure under. */
export type Problem = {
  readonly code: string;
  readonly message: string;
  readonly detail?: Json;
  /** The HTTP status, where the command came over HTTP. */
  readonly status: number;
};

type Details = { readonly detail?: Json; readonly status?: number };

/** No, for good: nothing was done, and asking again will not help. Whatever the handler had written is rolled back. */
export class Refused extends Error {
  readonly problem: Problem;

  constructor(code: string, message: string, { detail, status = 422 }: Details = {}) {
    super(message);
    this.name = "Refused";
    this.problem = { code, message, status, ...(detail === undefined ? {} : { detail }) };
  }
}

/** Not now: nothing was done, and the step's retry policy asks again, not before `afterMs`. */
export class TryLater extends Error {
  readonly code: string;
  readonly afterMs: number | null;

  constructor(message: string, { code = "try_later", afterMs }: { code?: string; afterMs?: number } = {}) {
    super(message);
    this.name = "TryLater";
    this.code = code;
    this.afterMs = afterMs ?? null;
  }
}

/** Why an action may not happen any more. */
export const tombstoned: Problem = {
  code: "tombstoned",
  message: "Undone before it came",
  detail: "The undo of this action came before it, or it was said not to have happened, so it may not happen any more.",
  status: 409,
};

const thrownByHandlers = new WeakSet<Error>();

/** An error that a handler is to blame for: told apart from what fails around it, the store above all. */
export function blamed(cause: unknown): Error {
  const error = cause instanceof Error ? cause : new Error(String(cause));
  thrownByHandlers.add(error);
  return error;
}

export function isBlamed(error: unknown): boolean {
  return error instanceof Error && thrownByHandlers.has(error);
}

/** A handler that is blamed for what it throws. */
export function blaming<Args extends readonly unknown[], R>(
  handler: (...args: Args) => R | Promise<R>,
): (...args: Args) => Promise<R> {
  return async (...args) => {
    try {
      return await handler(...args);
    } catch (error) {
      throw blamed(error);
    }
  };
}
