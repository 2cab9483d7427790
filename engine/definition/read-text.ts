/**
 * YAML 1.2 or JSON text as a value, with a way back from a path to a line. Anchors work a little, tags do not.
 * The nesting is measured before anything recursive sees the text: deep flow collections exhaust the parser's stack.
 */
import { type Document, isMap, isPair, isScalar, Lexer, LineCounter, Parser, parseDocument, visit } from "yaml";
import { limits } from "../limits";
import type { Problem, Result } from "../problem";

export type TextValue = {
  readonly value: unknown;
  /** "Line 3, column 5", or an empty string when the path is not in the text. */
  readonly placeOf: (path: readonly string[]) => string;
};

export function readText(text: string): Result<TextValue> {
  if (text.length > limits.definition) {
    return refuse("too-large", `The text has ${text.length} characters; at most ${limits.definition} are allowed.`);
  }
  if (text.trim() === "") return refuse("empty", "The text is empty; expected a definition as YAML or JSON.");
  try {
    return isTooDeep(text) ? refuse("too-deep", `Nested deeper than ${limits.depth} levels.`) : read(text);
  } catch (error) {
    return refuse("syntax", `Not readable as YAML or JSON: ${(error as Error).message}`);
  }
}

/** The token parser keeps its own stack instead of recursing, so it can be asked how deep it is. */
function isTooDeep(text: string): boolean {
  const parser = new Parser();
  for (const lexeme of new Lexer().lex(text)) {
    for (const _ of parser.next(lexeme));
    if (parser.stack.length > limits.depth + 4) return true;
  }
  return false;
}

function read(text: string): Result<TextValue> {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    version: "1.2",
    schema: "core",
    stringKeys: true,
    // It compares each key with all before it; `duplicateKeys` looks each up.
    uniqueKeys: false,
    prettyErrors: false,
    lineCounter: lines,
  });
  const problemAt = (code: string, offset: number, message: string): Problem => ({
    code,
    severity: "error",
    path: "",
    message: `${placeAt(lines, offset)}: ${shortened(message)}.`,
  });
  const faults = [...document.errors, ...document.warnings];
  if (document.directives?.yaml.version !== "1.2")
    return refuse("syntax", "Expected YAML 1.2; remove the %YAML directive.");
  if (faults.length > 0) {
    return {
      ok: false,
      problems: faults.slice(0, 10).map((fault) => problemAt("syntax", fault.pos[0], fault.message)),
    };
  }
  const twice = duplicateKeys(document);
  if (twice.length > 0) {
    return { ok: false, problems: twice.map((at) => problemAt("duplicate-key", at, "Map keys must be unique")) };
  }
  const value: unknown = document.toJS({ maxAliasCount: 50 });
  return { ok: true, value: { value, placeOf: (path) => placeOf(document, lines, path) } };
}

/** Where keys stand that their map already has, at most ten. */
function duplicateKeys(document: Document): readonly number[] {
  const found: number[] = [];
  visit(document, {
    Map: (_, { items }) => {
      const known = new Set<string>();
      for (const { key } of items) {
        const name = isScalar(key) ? String(key.value) : null;
        if (name !== null && known.has(name)) found.push((isScalar(key) && key.range?.[0]) || 0);
        if (found.length === 10) return visit.BREAK;
        if (name !== null) known.add(name);
      }
    },
  });
  return found;
}

/** The parser quotes the text that it stumbled over, however long that is. */
function shortened(message: string): string {
  const line = message.split("\n")[0] ?? "";
  return line.length > 160 ? `${line.slice(0, 159)}…` : line;
}

function placeOf(document: Document, lines: LineCounter, path: readonly string[]): string {
  const offset = offsetOf(document, path);
  return offset === null ? "" : placeAt(lines, offset);
}

/** Where the key of the last part of the path stands, or its value in a list; a missing part is where its parent is. */
function offsetOf(document: Document, path: readonly string[]): number | null {
  for (let length = path.length; length > 0; length--) {
    const parent = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
    if (isMap(parent)) {
      const pair = parent.items.find(
        (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === path[length - 1],
      );
      if (pair && isScalar(pair.key) && pair.key.range) return pair.key.range[0];
    }
    const node = document.getIn(path.slice(0, length), true) as { range?: readonly number[] } | undefined;
    if (node?.range?.[0] !== undefined) return node.range[0];
  }
  return null;
}

function placeAt(lines: LineCounter, offset: number): string {
  const { line, col } = lines.linePos(offset);
  return `Line ${line}, column ${col}`;
}

function refuse(code: string, message: string): Result<never> {
  return { ok: false, problems: [{ code, severity: "error", path: "", message }] };
}
