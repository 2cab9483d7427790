import { stepTitle } from "@/components/canvas/canvas-model";
import type { ProblemCount } from "@/components/canvas/flow";
import type { SagaDocument } from "@/engine/definition/document";
import { lint } from "@/engine/definition/lint";
import { parseDefinition } from "@/engine/definition/parse";
import { keysOf } from "@/engine/definition/pointer";
import type { StepKind } from "@/engine/definition/saga";
import { isJsonObject, type Json } from "@/engine/json";
import type { Problem } from "@/engine/problem";
import { stepKinds } from "@/engine/steps";
import type { Snapshot } from "./code";
import { writtenOf } from "./written";

/** What is wrong with a draft: unreadable code alone, else what the schema refuses and then what lint finds. An empty draft is a beginning, no problem. */
export function problemsOf(snapshot: Snapshot): readonly Problem[] {
  const { broken, source, document } = snapshot;
  return broken ?? documentProblems(document, source?.document === document ? source.value : writtenOf(document));
}

const known = new WeakMap<object, readonly Problem[]>();

/** `written`: what the code says, where the document was completed to be drawn. */
function documentProblems(document: SagaDocument, written: Json): readonly Problem[] {
  const key = isJsonObject(written) ? written : document;
  const before = known.get(key);
  if (before) return before;
  const parsed = parseDefinition(written);
  const all = parsed.ok ? lint(titled(parsed.value)) : [...parsed.problems, ...lintAnyway(document, parsed.problems)];
  const said = all.map((problem) => plainly(document, problem));
  const problems = isEmpty(document) ? said.filter((problem) => !isOfBeginnings(problem)) : said;
  known.set(key, problems);
  return problems;
}

/** In the words of the form: a command that is not named yet is a choice to make. */
function plainly(document: SagaDocument, problem: Problem): Problem {
  const keys = keysOf(problem.path);
  const isCommand = ["send", "action", "compensation", "probe", "command"].includes(keys.at(-1) ?? "");
  return isCommand && valueAt(document, keys) === "" ? { ...problem, message: "Choose a command." } : problem;
}

/** What lint says of a reaction without a title calls it as its card does. */
function titled(document: SagaDocument): SagaDocument {
  const { reactions } = document;
  if (!reactions) return document;
  return { ...document, reactions: reactions.map((reaction) => ({ ...reaction, title: stepTitle(reaction) })) };
}

const valueAt = (document: SagaDocument, keys: readonly string[]): unknown =>
  keys.reduce<unknown>(
    (at, key) => (typeof at === "object" && at !== null ? (at as Readonly<Record<string, unknown>>)[key] : undefined),
    document,
  );

/** A draft with a hole (a step without a command yet) still deserves the rest of lint; where the shape is too odd, not. */
function lintAnyway(document: SagaDocument, said: readonly Problem[]): readonly Problem[] {
  try {
    return lint(titled(document)).filter((problem) => !said.some((other) => covers(other.path, problem.path)));
  } catch {
    return [];
  }
}

const covers = (path: string, other: string) => other === path || other.startsWith(`${path}/`);

/** What every draft lacks before something is drawn in it. */
const isOfBeginnings = ({ path, code }: Problem) =>
  path === "/steps" || path === "/reactions" || code === "end-unreachable";

/** Nothing is drawn yet. */
export const isEmpty = ({ steps, reactions = [] }: SagaDocument): boolean => steps.length + reactions.length === 0;

/** The card that a problem is about: a step's, or a reaction's; of one that undoes, that of what it undoes. */
export function cardOf(document: SagaDocument, problem: Pick<Problem, "step" | "path">): string | undefined {
  const reaction = reactionAt(document, problem);
  if (!reaction) return problem.step;
  const undone = document.reactions?.some(({ id, undoes }) => id === reaction.undoes && undoes === undefined);
  return undone ? reaction.undoes : reaction.id;
}

function reactionAt({ reactions = [] }: SagaDocument, { step, path }: Pick<Problem, "step" | "path">) {
  const [root, index] = keysOf(path);
  const named = root === "reactions" ? reactions[Number(index)] : undefined;
  return named ?? reactions.find(({ id }) => id === step);
}

/** Errors and warnings by card, for the marks on them. */
export function countByStep(document: SagaDocument, problems: readonly Problem[]): ReadonlyMap<string, ProblemCount> {
  const counts = new Map<string, ProblemCount>();
  for (const { severity, ...problem } of problems) {
    const step = cardOf(document, problem);
    if (!step) continue;
    const { errors, warnings } = counts.get(step) ?? { errors: 0, warnings: 0 };
    counts.set(step, severity === "error" ? { errors: errors + 1, warnings } : { errors, warnings: warnings + 1 });
  }
  return counts;
}

export type InspectorTab = "step" | "compensation" | "reliability" | "data" | "notes";

const tabs: readonly InspectorTab[] = ["step", "compensation", "reliability", "data", "notes"];

/** The parts of a step's form. A kind that does nothing to undo tells all about itself in the first. */
export const tabsOf = (kind: StepKind): readonly InspectorTab[] =>
  "compensateSelf" in stepKinds[kind].schema.shape
    ? tabs
    : tabs.filter((tab) => tab !== "compensation" && tab !== "reliability");

/** The parts of a reaction's form. */
export const reactionTabs: readonly InspectorTab[] = ["step", "compensation", "reliability", "notes"];

/** The same of a reaction: what undoes it has a part of its own. */
export function reactionTabOf(document: SagaDocument, problem: Pick<Problem, "path" | "step">): InspectorTab {
  const [, , field] = keysOf(problem.path);
  if (reactionAt(document, problem)?.undoes !== undefined) return "compensation";
  if (field === "notes") return "notes";
  return field === "retry" || field === "timeout" || field === "http" ? "reliability" : "step";
}

/** Which tab of the inspector holds what a problem is about. */
export function tabOf({ path, code }: Pick<Problem, "path" | "code">, kind: StepKind): InspectorTab {
  const tab = fieldTab(path, code);
  return tabsOf(kind).includes(tab) ? tab : "step";
}

function fieldTab(path: string, code: string): InspectorTab {
  const [, , field, part] = keysOf(path);
  if (code.startsWith("compensation-")) return "compensation";
  if (field === "notes") return "notes";
  if (field === "onFailure" || field === "probe" || field === "timeout") return "reliability";
  if (part === "retry" || part === "timeout") return "reliability";
  if (field === "compensation" || field === "compensateSelf" || field === "onCompensationFailure")
    return "compensation";
  return "step";
}

/** The place that a message or a reader names as "Line 3, column 5". */
export function placeFrom(words: string): { readonly line: number; readonly column: number } | null {
  const match = /Line (\d+), column (\d+)/.exec(words);
  return match ? { line: Number(match[1]), column: Number(match[2]) } : null;
}
