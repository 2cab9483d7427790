/** Which parts of the context an expression reads, for lint and completion. */
import { type CelNode, childrenOf } from "./cel";
import type { Expression } from "./evaluate";
import type { Template } from "./template";

export type Reference = {
  /** Segments from the context's root: `["steps", "pay", "result", "id"]`. It ends where an index is not a literal. */
  readonly path: readonly string[];
  /** True where the expression first made sure that the parent exists, with has() or a comparison with null. */
  readonly guarded: boolean;
};

export function references(source: Expression | Template): readonly Reference[] {
  const found: Reference[] = [];
  collect(source, found);
  return found;
}

function collect(source: Expression | Template, found: Reference[]): void {
  if ("program" in source) {
    visit(source.program.ast, { guards: [], bound: new Set() }, found);
    return;
  }
  if (source.kind === "expression") collect(source.expression, found);
  if (source.kind === "text") for (const part of source.parts) if (typeof part !== "string") collect(part, found);
  if (source.kind === "list") for (const item of source.items) collect(item, found);
  if (source.kind === "object") for (const [, item] of source.entries) collect(item, found);
}

type Scope = { readonly guards: readonly string[]; readonly bound: ReadonlySet<string> };

const macros = new Set(["all", "exists", "exists_one", "map", "filter"]);

function visit(node: CelNode, scope: Scope, found: Reference[]): void {
  const path = pathOf(node);
  if (path) {
    addReference(path, scope, found);
    visitIndexes(node, scope, found);
    return;
  }
  if (node.op === "call" && node.args[0] === "has" && node.args[1][0]) {
    const guarded = pathOf(node.args[1][0]);
    if (guarded) {
      addReference(guarded, withGuards(scope, [key(guarded)]), found);
      return;
    }
  }
  if (node.op === "?:") {
    const [condition, yes, no] = node.args;
    visit(condition, scope, found);
    visit(yes, withGuards(scope, guardsWhen(condition, true)), found);
    visit(no, withGuards(scope, guardsWhen(condition, false)), found);
    return;
  }
  if (node.op === "&&" || node.op === "||") {
    visit(node.args[0], scope, found);
    visit(node.args[1], withGuards(scope, guardsWhen(node.args[0], node.op === "&&")), found);
    return;
  }
  if (node.op === "rcall" && macros.has(node.args[0])) visitMacro(node, scope, found);
  else for (const child of childrenOf(node)) visit(child, scope, found);
}

function visitMacro(node: Extract<CelNode, { op: "rcall" }>, scope: Scope, found: Reference[]): void {
  const [, receiver, [variable, ...bodies]] = node.args;
  visit(receiver, scope, found);
  const bound = new Set(scope.bound);
  if (variable?.op === "id") bound.add(variable.args);
  for (const body of bodies) visit(body, { ...scope, bound }, found);
}

/** An index that is itself an expression reads something too. */
function visitIndexes(node: CelNode, scope: Scope, found: Reference[]): void {
  if (node.op === "[]" || node.op === "[?]") {
    if (node.args[1].op !== "value") visit(node.args[1], scope, found);
    visitIndexes(node.args[0], scope, found);
  } else if (node.op === "." || node.op === ".?") visitIndexes(node.args[0], scope, found);
}

function addReference(path: readonly string[], scope: Scope, found: Reference[]): void {
  if (scope.bound.has(path[0] ?? "")) return;
  const parents = path.map((_, length) => key(path.slice(0, length + 1)));
  found.push({ path, guarded: parents.some((parent) => scope.guards.includes(parent)) });
}

function key(path: readonly string[]): string {
  return path.join("\0");
}

function withGuards(scope: Scope, guards: readonly string[]): Scope {
  return guards.length > 0 ? { ...scope, guards: [...scope.guards, ...guards] } : scope;
}

/** Paths that are known to hold something when `condition` is `expected`. */
function guardsWhen(condition: CelNode, expected: boolean): string[] {
  if (condition.op === "!_") return guardsWhen(condition.args, !expected);
  if (condition.op === (expected ? "&&" : "||")) return condition.args.flatMap((side) => guardsWhen(side, expected));
  if (expected && condition.op === "call" && condition.args[0] === "has") return hasGuards(condition.args[1][0]);
  if (condition.op !== "==" && condition.op !== "!=") return [];
  return comparisonGuards(condition.args, (condition.op === "==") === expected);
}

/** has(a.b.c) proves a.b as well, so that a.b.d is as safe as in any other map. */
function hasGuards(argument: CelNode | undefined): string[] {
  const path = argument ? pathOf(argument) : null;
  if (!path) return [];
  return path.length > 2 || path[0] === "original_result" ? [key(path), key(path.slice(0, -1))] : [key(path)];
}

function comparisonGuards([left, right]: readonly [CelNode, CelNode], equal: boolean): string[] {
  const [constant, other] = left.op === "value" ? [left, right] : [right, left];
  const path = pathOf(other);
  if (constant.op !== "value" || !path) return [];
  if (constant.args === null) return equal ? [] : [key(path)];
  if (path[0] === "outcome") return (constant.args === "completed") === equal ? ["original_result"] : [];
  return equal ? [key(path)] : [];
}

/** The access path that starts at a variable, up to the first index that is no literal; null for anything else. */
function pathOf(node: CelNode): string[] | null {
  if (node.op === "id") return [node.args];
  if (node.op === "." || node.op === ".?") {
    const parent = pathOf(node.args[0]);
    return parent && (endsDynamic(node.args[0]) ? parent : [...parent, node.args[1]]);
  }
  if (node.op !== "[]" && node.op !== "[?]") return null;
  const parent = pathOf(node.args[0]);
  const index = node.args[1];
  if (!parent || endsDynamic(node) || endsDynamic(node.args[0])) return parent;
  return [...parent, String(index.op === "value" ? index.args : "")];
}

function endsDynamic(node: CelNode): boolean {
  if (node.op === "[]" || node.op === "[?]") return node.args[1].op !== "value" || endsDynamic(node.args[0]);
  return (node.op === "." || node.op === ".?") && endsDynamic(node.args[0]);
}
