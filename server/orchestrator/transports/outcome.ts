/**
 * What an HTTP reply means (engine.md F3). The table that docs publish:
 *
 * | reply | outcome |
 * |---|---|
 * | 2xx with a JSON body, or none | success |
 * | 202 | the reply comes later |
 * | 2xx with anything else: HTML, broken or too much JSON, text that cannot be stored | unknown |
 * | 3xx (never followed), 1xx | unknown |
 * | 408, 5xx | retryable; unknown when spent |
 * | 425, 429 | retryable; did not happen when spent; `Retry-After` is obeyed |
 * | other 4xx | terminal |
 */
import { isJsonObject, type Json, type Outcome, type StepError } from "@/engine";
import { limits } from "@/engine/limits";
import { isStorable, toStorable } from "../storable";

export type HttpReply = {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly contentType: string | undefined;
  /** Null: it was longer than the cap. */
  readonly body: Buffer | null;
};

/** Characters that the log keeps of an error, for each attempt. */
const longest = { code: 200, message: 2_000, detail: 16_384 };
const utf8 = new TextDecoder("utf-8", { fatal: true });

/** `now`: milliseconds, for a `Retry-After` that is a date. */
export function toOutcome(reply: HttpReply, now: number): Outcome | "accepted" {
  const { status } = reply;
  if (status === 202) return "accepted";
  if (status >= 200 && status < 300) return success(reply);
  const error = toError(reply);
  const retryAfterMs = parseRetryAfter(reply.retryAfter, now);
  const after = retryAfterMs === undefined ? {} : { retryAfterMs };
  if (status === 425 || status === 429) return { kind: "retryable", error, ...after, whenSpent: "none" };
  if (status === 408 || status >= 500) return { kind: "retryable", error, ...after, whenSpent: "unknown" };
  if (status >= 400) return { kind: "terminal", error };
  return { kind: "unknown", error: { ...error, message: `Answered ${status}; redirects are not followed` } };
}

function success(reply: HttpReply): Outcome {
  if (reply.body === null) return unreadable(reply.status, `is longer than ${limits.largestBody / 1_024} KB`);
  if (reply.body.length === 0) return { kind: "success", result: null };
  if (reply.contentType?.startsWith("text/html")) return unreadable(reply.status, "is HTML, expected JSON");
  const read = parseBody(reply.body);
  if (!read) return unreadable(reply.status, "is not JSON");
  if (!isStorable(read.value, read.text))
    return unreadable(
      reply.status,
      `has a NUL, a lone surrogate, a number beyond a double or more than ${limits.depth} levels, and cannot be stored`,
    );
  return { kind: "success", result: read.value };
}

function unreadable(status: number, what: string): Outcome {
  return { kind: "unknown", error: { code: "unreadable_reply", message: `The body of the reply ${what}`, status } };
}

function parseBody(body: Buffer): { readonly value: Json; readonly text: string } | null {
  try {
    const text = utf8.decode(body);
    return { value: JSON.parse(text) as Json, text };
  } catch {
    return null;
  }
}

/** From problem+json, from `{ error: { code, message } }`, from `{ code, message }`, else from the status alone. */
function toError({ status, body }: HttpReply): StepError {
  const read = body && parseBody(body);
  const value = read && isStorable(read.value, read.text) ? read.value : null;
  const given = isJsonObject(value) ? value : {};
  const inner = isJsonObject(given.error) ? given.error : given;
  const code = text(inner.code) ?? problemType(given.type) ?? `http_${status}`;
  const message = text(inner.message) ?? text(given.title) ?? text(given.detail) ?? `Answered ${status}`;
  const detail = shortened(inner.detail ?? given.detail);
  const error = { code: code.slice(0, longest.code), message: message.slice(0, longest.message), status };
  return detail === undefined || detail === message ? error : toStorable({ ...error, detail }).value;
}

function shortened(detail: Json | undefined): Json | undefined {
  if (typeof detail === "string") return detail.slice(0, longest.detail);
  const isLong = detail !== undefined && JSON.stringify(detail).length > longest.detail;
  return isLong ? `Left out: longer than ${longest.detail / 1024} KB` : detail;
}

/** `https://example.com/problems/card-declined` is told as `card-declined`. */
function problemType(type: Json | undefined): string | null {
  const given = text(type);
  if (given === null || given === "about:blank") return null;
  return given.split(/[/#]/).findLast((part) => part !== "") ?? null;
}

function text(value: Json | undefined): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

/** Seconds or an HTTP date, as milliseconds from now; undefined when it says neither. */
function parseRetryAfter(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d{1,9}$/.test(value.trim())) return Number(value) * 1_000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
