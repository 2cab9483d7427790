import { parseTemplate, type Template } from "../expression/expression";
import type { Json } from "../json";
import type { Problem, Result } from "../problem";
import { commandFieldsOf, defaultRetry, defaultTimeout } from "./defaults";
import { parseDuration } from "./duration";
import type { CommandDocument, CommandFields } from "./fields";
import type { CommandSpec, RetryPolicy } from "./saga";

/** One half of a step with its defaults filled in; throws on what lint refuses. */
export function compileCommand(
  command: CommandDocument,
  half: "action" | "compensation",
  names: readonly string[] = [],
): CommandSpec {
  const fields = commandFieldsOf(command);
  const dot = fields.command.indexOf(".");
  return {
    service: fields.command.slice(0, dot),
    command: fields.command.slice(dot + 1),
    input: fields.input === undefined ? null : templateOf(fields.input, names),
    timeout: fields.timeout === undefined ? defaultTimeout : milliseconds(fields.timeout),
    retry: retryOf(fields.retry, defaultRetry[half]),
    http: httpOf(fields, names),
  };
}

function retryOf(retry: CommandFields["retry"], defaults: RetryPolicy): RetryPolicy {
  if (!retry) return defaults;
  return {
    attempts: retry.attempts ?? defaults.attempts,
    initial: retry.initial === undefined ? defaults.initial : milliseconds(retry.initial),
    factor: retry.factor ?? defaults.factor,
    max: retry.max === undefined ? defaults.max : milliseconds(retry.max),
    jitter: retry.jitter ?? defaults.jitter,
    maxElapsed: retry.maxElapsed === undefined ? defaults.maxElapsed : milliseconds(retry.maxElapsed),
  };
}

function httpOf({ http, command }: CommandFields, names: readonly string[]): CommandSpec["http"] {
  if (!http) return null;
  const path = http.path ?? `/${command.slice(command.indexOf(".") + 1)}`;
  return { method: http.method ?? "POST", path: templateOf(path, names) };
}

/** Throws on a duration that the schema refuses. */
export function milliseconds(duration: string): number {
  const parsed = parseDuration(duration);
  if (parsed === null) throw new Error(`Not a duration: ${duration}`);
  return parsed;
}

/** Throws on a template that lint refuses. `names`: what it may read beside the usual context. */
export function templateOf(value: Json, names: readonly string[] = []): Template {
  return unwrap(parseTemplate(value, names));
}

export function unwrap<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new Error(sentenceOf(result.problems));
}

function sentenceOf(problems: readonly Problem[]): string {
  return problems.map((problem) => `${problem.path || "/"}: ${problem.message}`).join("; ");
}
