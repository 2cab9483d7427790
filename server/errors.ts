/**
 * What the server may answer instead of what was asked: one small family. `detail` is safe to show and says where, what
 * and what was expected; `cause` is for the log only.
 */
import type { ProblemDetails } from "@/contract/common";

type Extra = Pick<ProblemDetails, "path" | "problems" | "state"> & {
  /** The newest draft revision, on a 412. */
  readonly revision?: number;
  /** Runs of a batch that did start, on a 409 (null: did not). */
  readonly ids?: readonly (string | null)[];
  readonly retryAfterSeconds?: number;
};

export class AppError extends Error {
  readonly status: number;
  readonly code: string;
  readonly extra: Extra;

  constructor(status: number, code: string, detail: string, extra: Extra = {}, options?: ErrorOptions) {
    super(detail, options);
    this.name = new.target.name;
    this.status = status;
    this.code = code;
    this.extra = extra;
  }
}

/** 400: the request cannot be read as what it should be. */
export class BadRequest extends AppError {
  constructor(code: string, detail: string, path?: string) {
    super(400, code, detail, path === undefined ? {} : { path });
  }
}

/** 401: no valid session or key. */
export class Unauthenticated extends AppError {
  constructor(detail = "Sign in, or send a valid API key as `Authorization: Bearer`.") {
    super(401, "unauthenticated", detail);
  }
}

/** 403: known, but not allowed. */
export class Forbidden extends AppError {
  constructor(code: string, detail: string) {
    super(403, code, detail);
  }
}

export class NotFound extends AppError {
  constructor(code: string, detail: string, path?: string) {
    super(404, code, detail, path === undefined ? {} : { path });
  }
}

/** 409: it does not fit what is there now. */
export class Conflict extends AppError {
  constructor(code: string, detail: string, extra: Extra = {}) {
    super(409, code, detail, extra);
  }
}

/** 422: readable, and wrong. */
export class Invalid extends AppError {
  constructor(code: string, detail: string, extra: Extra = {}) {
    super(422, code, detail, extra);
  }
}

/** 429: too often. */
export class TooMany extends AppError {
  constructor(detail: string, retryAfterSeconds: number) {
    super(429, "too_many_requests", detail, { retryAfterSeconds });
  }
}

/** 503: not now; the same request may be sent again, with the same key. */
export class Unavailable extends AppError {
  constructor(detail = "Try again with the same Idempotency-Key.", options?: ErrorOptions) {
    super(503, "unavailable", detail, { retryAfterSeconds: 1 }, options);
  }
}
