/**
 * The one place that knows the CEL library: parses with limits, and hardens what was parsed.
 *
 * 1. An expression reads its context and nothing else: no clock, no time zone of the host, no prototype.
 * 2. It ends soon: comprehensions and costly operators spend a budget that is the same on every machine.
 * 3. JSON numbers are doubles and literals are ints, so arithmetic between the two is defined.
 */
import { type ASTNode, Environment, type ParseResult } from "@marcbachmann/cel-js";
import { charge, sizeOf } from "./budget";
import { matchesPattern } from "./pattern";
import { parseTimestamp } from "./timestamp";

export type CelNode = ASTNode;
export type CelProgram = ((context: object) => unknown) & Pick<ParseResult, "ast" | "check">;

export const maxSourceLength = 10_000;

/** The names an expression may read (engine.md section 2). */
const contextNames = ["saga", "data", "steps", "original_result", "original_input", "action_key", "outcome"] as const;

const environments = new Map<string, Environment>();

/** One for each set of names beside the usual ones: a definition may call an item what it likes. */
function environmentWith(names: readonly string[]): Environment {
  const key = names.join();
  const known = environments.get(key) ?? createEnvironment(names);
  if (environments.size < mostEnvironments) environments.set(key, known);
  return known;
}

const mostEnvironments = 1_000;

/** Throws the library's parse or type error; callers turn it into a problem. */
export function parseCel(source: string, names: readonly string[]): CelProgram {
  const parsed = environmentWith(names).parse(source);
  visitNodes(parsed.ast, prepare);
  const checked = parsed.check();
  if (!checked.valid) throw checked.error;
  visitNodes(parsed.ast, meter);
  return parsed;
}

/** The static type of a parsed expression, e.g. `bool`; `dyn` where it depends on the data. */
export function typeOf(program: CelProgram): string {
  return program.check().type ?? "dyn";
}

/** Calls `visit` for each node as it was written, parents first. */
export function visitNodes(node: CelNode, visit: (node: CelNode) => void): void {
  visit(node);
  for (const child of childrenOf(node)) visitNodes(child, visit);
}

export function childrenOf(node: CelNode): CelNode[] {
  const found: CelNode[] = [];
  const collect = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(collect);
    else if (isNode(value)) found.push(value);
  };
  collect(node.args);
  return found;
}

export function isNode(value: unknown): value is CelNode {
  return typeof value === "object" && value !== null && "op" in value && "args" in value;
}

/** What the library keeps on a node beside its public face; `cel.test.ts` fails if an upgrade changes it. */
type NodeInternals = {
  readonly meta: { check: NodeCheck; evaluate: NodeEvaluate; alternate?: NodeInternals & CelNode };
  setMeta(key: "check", value: NodeCheck): void;
  setMeta(key: "evaluate", value: NodeEvaluate): void;
  args: unknown;
  handle?: (...args: unknown[]) => unknown;
};
type NodeCheck = (checker: { readonly dynType: unknown }, node: unknown, context: unknown) => unknown;
type NodeEvaluate = (evaluator: unknown, node: unknown, context: unknown) => unknown;

const internals = (node: CelNode) => node as unknown as NodeInternals;

const replacedCalls: Readonly<Record<string, string>> = {
  matches: "matches_linear",
  timestamp: "timestamp_strict",
  getDayOfYear: "getDayOfYear_utc",
};
const refusedCalls = new Set(["json"]);

function prepare(node: CelNode): void {
  if (node.op === "id" && node.args === "cel") throw new Error("cel.bind is not available");
  if (node.op === "?:") allowMixedBranches(node);
  if (node.op === "call") replaceCall(node, node.args[0], node.args[1].length);
  if (node.op === "rcall") replaceCall(node, node.args[0], node.args[2].length);
}

function replaceCall(node: CelNode, name: string, args: number): void {
  if (refusedCalls.has(name)) throw new Error(`${name}() is not available`);
  if (/^get[A-Z]/.test(name) && args > 0) throw new Error(`${name}() takes no time zone: times are in UTC`);
  const replacement = Object.hasOwn(replacedCalls, name) ? replacedCalls[name] : undefined;
  if (replacement) (internals(node).args as unknown[])[0] = replacement;
}

/** `known ? "text" : null` has no one static type, which is fine where results are JSON. */
function allowMixedBranches(node: CelNode): void {
  const inner = internals(node);
  const check = inner.meta.check;
  inner.setMeta("check", (checker, self, context) => {
    try {
      return check(checker, self, context);
    } catch (error) {
      if ((error as { code?: unknown }).code === "incompatible_ternary_branches") return checker.dynType;
      throw error;
    }
  });
}

const meteredOperators = new Set(["==", "!=", "in", "+", "call", "rcall"]);

/** Runs after the check, because the check decides which evaluator a node gets. */
function meter(node: CelNode): void {
  const inner = internals(node);
  const expansion = inner.meta.alternate;
  if (expansion?.op === ("comprehension" as string)) {
    const step = internals((expansion.args as unknown as { step: CelNode }).step);
    const evaluate = step.meta.evaluate;
    step.setMeta("evaluate", (evaluator, self, context) => {
      charge(1);
      return evaluate(evaluator, self, context);
    });
    return;
  }
  const { handle } = inner;
  if (!handle || !meteredOperators.has(node.op)) return;
  inner.handle = (...args) => {
    const operands = node.op === "rcall" || node.op === "call" ? (args[0] as unknown[]) : args.slice(0, 2);
    for (const operand of operands) charge(sizeOf(operand));
    const result = handle(...args);
    charge(sizeOf(result));
    return result;
  };
}

function createEnvironment(names: readonly string[]): Environment {
  const created = new Environment({
    homogeneousAggregateLiterals: false,
    limits: { maxAstNodes: 2000, maxDepth: 60, maxListElements: 500, maxMapEntries: 200 },
  });
  for (const name of new Set([...contextNames, ...names])) created.registerVariable(name, "dyn");
  const arithmetic: Record<string, (a: number, b: number) => number> = {
    "+": (a, b) => a + b,
    "-": (a, b) => a - b,
    "*": (a, b) => a * b,
    "/": (a, b) => a / b,
    "%": (a, b) => a % b,
  };
  for (const [operator, apply] of Object.entries(arithmetic)) {
    const handler = (a: number | bigint, b: number | bigint) => apply(Number(a), Number(b));
    created.registerOperator(`int ${operator} double: double`, handler);
    created.registerOperator(`double ${operator} int: double`, handler);
  }
  created.registerOperator("double % double: double", (a: number, b: number) => a % b);
  created.registerOperator("int == double", (a: bigint, b: number) => Number(a) === b);
  created.registerFunction("list.sum(): dyn", sum, { description: "The sum of a list of numbers." });
  created.registerFunction("string.matches_linear(string): bool", matchesPattern);
  created.registerFunction("timestamp_strict(string): google.protobuf.Timestamp", parseTimestamp);
  created.registerFunction("timestamp_strict(int): google.protobuf.Timestamp", parseTimestamp);
  created.registerFunction("google.protobuf.Timestamp.getDayOfYear_utc(): int", dayOfYear);
  return created;
}

function sum(list: readonly unknown[]): number | bigint {
  if (list.every((item) => typeof item === "bigint")) return list.reduce<bigint>((total, item) => total + item, 0n);
  return list.reduce<number>((total, item) => {
    if (typeof item !== "number" && typeof item !== "bigint") throw new Error("sum() needs a list of numbers");
    return total + Number(item);
  }, 0);
}

function dayOfYear(date: Date): bigint {
  return BigInt(Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000));
}
