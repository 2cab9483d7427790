/** What zod found, in our words: a stable code, a JSON Pointer, the step, and a sentence that says what was expected. */
import type { z } from "zod";
import type { Problem } from "../problem";
import { pointerOf } from "./pointer";

type Issue = z.core.$ZodIssue;
export type PlaceOf = (path: readonly string[]) => string;

export function schemaProblems(issues: readonly Issue[], value: unknown, placeOf: PlaceOf): Problem[] {
  return issues
    .flatMap((issue) => flatten(issue, []))
    .map(({ path, code, text }) => {
      const place = placeOf(path);
      const step = stepAt(value, path);
      return {
        code,
        severity: "error",
        path: pointerOf(path),
        ...(step === undefined ? {} : { step }),
        message: `${place ? `${place}: ` : ""}${nameOf(value, path, step)} ${text}.`,
      };
    });
}

type Flat = { readonly path: readonly string[]; readonly code: string; readonly text: string };

function flatten(issue: Issue, parent: readonly string[]): Flat[] {
  const path = [...parent, ...issue.path.map(String)];
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      path: [...path, key],
      code: "unknown-key",
      text: `is not known here; ${issue.message}`,
    }));
  }
  if (issue.code === "invalid_union") return flattenUnion(issue, path);
  return [{ path, code: codeOf(issue), text: textOf(issue) }];
}

/** Of a union's branches, the one that at least got past the value's type says most. */
function flattenUnion(issue: Extract<Issue, { code: "invalid_union" }>, path: readonly string[]): Flat[] {
  const branch = issue.errors.find(
    (errors) => !errors.some((inner) => inner.code === "invalid_type" && inner.path.length === 0),
  );
  if (branch) return branch.flatMap((inner) => flatten(inner, path));
  if (issue.errors.length === 0) return [{ path, code: "invalid-value", text: "is not a kind of step there is" }];
  const command = "Service.Command, or an object with a command";
  const missing = issue.errors.flat().some((inner) => codeOf(inner) === "missing");
  return missing
    ? [{ path, code: "missing", text: `is missing: expected ${command}` }]
    : [{ path, code: "wrong-type", text: `must be ${command}` }];
}

function codeOf(issue: Issue): string {
  if (issue.code === "invalid_type") return issue.message.endsWith("received undefined") ? "missing" : "wrong-type";
  if (issue.code === "too_big" || issue.code === "too_small") return "out-of-range";
  return "invalid-value";
}

function textOf(issue: Issue): string {
  if (codeOf(issue) === "missing")
    return `is missing: ${issue.message.replace(/^Invalid input: /, "").replace(", received undefined", "")}`;
  return `is not valid: ${lowerFirst(issue.message.replace(/^Invalid (input|option): /, ""))}`;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** The id of the step that a path leads into, when it has a usable one. */
export function stepAt(value: unknown, path: readonly string[]): string | undefined {
  if (path[0] !== "steps" || path[1] === undefined) return undefined;
  const steps = (value as { readonly steps?: unknown } | null)?.steps;
  const step: unknown = Array.isArray(steps) ? steps[Number(path[1])] : undefined;
  const id = typeof step === "object" && step !== null && "id" in step ? step.id : undefined;
  return typeof id === "string" && id !== "" && id.length <= 80 ? id : undefined;
}

function nameOf(value: unknown, path: readonly string[], step: string | undefined): string {
  if (path.length === 0) return "The definition";
  const within = `"${path.slice(2).join(".")}"`;
  if (path.length < 3) return `"${path.join(".")}"`;
  if (step !== undefined) return `${within} of step ${step}`;
  const reaction = reactionAt(value, path);
  return reaction === undefined ? `"${path.join(".")}"` : `${within} of reaction ${reaction}`;
}

/** What the reaction that a path leads into is called. */
function reactionAt(value: unknown, path: readonly string[]): string | undefined {
  if (path[0] !== "reactions") return undefined;
  const reactions = (value as { readonly reactions?: unknown } | null)?.reactions;
  const found: unknown = Array.isArray(reactions) ? reactions[Number(path[1])] : undefined;
  const { id, title } = (found ?? {}) as { readonly id?: unknown; readonly title?: unknown };
  if (typeof title === "string" && title !== "" && title.length <= 120) return `"${title}"`;
  return typeof id === "string" && id !== "" && id.length <= 80 ? id : undefined;
}
