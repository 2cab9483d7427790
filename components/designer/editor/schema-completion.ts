import { autocompletion, type CompletionContext, type CompletionResult } from "@codemirror/autocomplete";
import type { Extension } from "@codemirror/state";
import { definitionJsonSchema } from "@/engine/definition/json-schema";
import { isJsonObject, type Json, type JsonObject } from "@/engine/json";
import { defaultStepKind } from "@/engine/steps";
import { stepKindAt, yamlPathAt } from "./yaml-path";

/**
 * Completes the keys of a definition in YAML, and the values that a key can only have, out of its JSON Schema. In a step,
 * those of its kind.
 */
export const schemaCompletion: Extension = autocompletion({ override: [completeDefinition], icons: false });

export function completeDefinition(context: CompletionContext): CompletionResult | null {
  const line = context.state.doc.lineAt(context.pos);
  const before = line.text.slice(0, context.pos - line.from);
  const lines = context.state.doc.toString().split("\n");
  const path = yamlPathAt(lines, line.number - 1, before.length);
  const said = { kind: stepKindAt(lines, line.number - 1), style: styleOf(lines) };
  const value = /^(\s*(?:-\s+)?)([\w-]+):\s+(\S*)$/.exec(before);
  if (value && eventKeys.includes(value[2] ?? "")) return completeEvent(context, lines, value[3] ?? "");
  if (value) return completeValue(context, optionsAt([...path, value[2] ?? ""], said), value[3] ?? "");
  const word = /^\s*(?:-\s+)?(\w*)$/.exec(before);
  if (!word || (word[1] === "" && !context.explicit)) return null;
  const written = new Set(/^\s*(?:-\s+)?/.test(before) ? siblings(lines, line.number - 1, path) : []);
  const keys = new Map(optionsAt(path, said).flatMap(propertiesOf));
  const options = [...keys]
    .filter(([key]) => !written.has(key))
    .map(([key, field]) => ({ label: key, apply: `${key}: `, info: hintOf(field) }));
  return options.length === 0 ? null : { from: context.pos - (word[1]?.length ?? 0), options, validFor: /^\w*$/ };
}

const eventKeys = ["on", "emit", "starts"];
const eventLists = /^\s*(?:-\s+)?(?:on|emit|starts|expect|fails|completed|failed):\s+\[?([^\]#{}]*)/;

/** The events that the text names anywhere on the line of a key that holds some. */
function completeEvent(context: CompletionContext, lines: readonly string[], typed: string): CompletionResult | null {
  const named = lines.flatMap((line) => eventLists.exec(line)?.[1]?.split(",") ?? []).map((type) => type.trim());
  const options = [...new Set(named)].filter((type) => type !== "" && type !== typed).map((label) => ({ label }));
  return options.length === 0 ? null : { from: context.pos - typed.length, options, validFor: /^[\w.-]*$/ };
}

const propertiesOf = (schema: JsonObject) => Object.entries(isJsonObject(schema.properties) ? schema.properties : {});

function completeValue(
  context: CompletionContext,
  schemas: readonly JsonObject[],
  typed: string,
): CompletionResult | null {
  const values = schemas.flatMap((schema) => {
    if (Array.isArray(schema.enum)) return schema.enum;
    if (schema.const !== undefined) return [schema.const];
    return schema.type === "boolean" ? [true, false] : Array.isArray(schema.examples) ? schema.examples : [];
  });
  const options = [...new Set(values.map(String))].map((label) => ({ label }));
  return options.length === 0 ? null : { from: context.pos - typed.length, options };
}

/** Keys that the block has already; only lines at the same depth count. */
function siblings(lines: readonly string[], line: number, path: readonly string[]): string[] {
  return lines.flatMap((text, index) => {
    const key = /^\s*(?:-\s+)?([\w-]+):/.exec(text);
    if (index === line || !key) return [];
    const at = yamlPathAt(lines, index, text.indexOf(key[1] ?? ""));
    return at.join("/") === path.join("/") && sameBlock(lines, line, index) ? [key[1] ?? ""] : [];
  });
}

/** No line between the two is less indented, and no other item of a list begins. */
function sameBlock(lines: readonly string[], a: number, b: number): boolean {
  const [from, to] = a < b ? [a, b] : [b, a];
  const depth = (text: string) => (/^\s*(?:-\s+)?/.exec(text)?.[0] ?? "").length;
  const least = Math.min(depth(lines[a] ?? ""), depth(lines[b] ?? ""));
  return lines
    .slice(from + 1, to + 1)
    .every((text) => text.trim() === "" || (depth(text) >= least && !(depth(text) === least && /^\s*-\s/.test(text))));
}

const hintOf = (field: Json) => (isJsonObject(field) && typeof field.description === "string" ? field.description : "");

type Said = { readonly kind: string | undefined; readonly style: string };

/** The style that the text says; none means an orchestration. */
const styleOf = (lines: readonly string[]) =>
  lines.some((line) => /^style:\s+["']?choreography\b/.test(line)) ? "choreography" : "orchestration";

/**
 * The schemas that may hold at a path: every branch of a union counts, of the styles and of the kinds of steps only the
 * one that is said.
 */
function optionsAt(path: readonly string[], { kind, style }: Said): readonly JsonObject[] {
  const root = definitionJsonSchema() as JsonObject;
  let now = path[0] === "style" ? branches(root, root) : saying(branches(root, root), "style", style);
  for (const [at, key] of path.entries()) {
    now = now.flatMap((schema) => branches(childOf(schema, key), root));
    const inStep = at === 1 && path[0] === "steps" && key === "-";
    if (inStep && path[2] !== "kind") now = saying(now, "kind", kind ?? defaultStepKind);
  }
  return now;
}

/** Those of the schemas whose `field` is that word. A word that there is none of yet leaves all. */
function saying(schemas: readonly JsonObject[], field: string, word: string): readonly JsonObject[] {
  const own = schemas.filter((schema) => {
    const said = new Map(propertiesOf(schema)).get(field);
    return isJsonObject(said) && said.const === word;
  });
  return own.length > 0 ? own : schemas;
}

function childOf(schema: JsonObject, key: string): Json | undefined {
  if (key === "-") return schema.items;
  if (isJsonObject(schema.properties) && schema.properties[key] !== undefined) return schema.properties[key];
  return isJsonObject(schema.additionalProperties) ? schema.additionalProperties : undefined;
}

function branches(schema: Json | undefined, root: JsonObject): readonly JsonObject[] {
  if (!isJsonObject(schema)) return [];
  if (typeof schema.$ref === "string") {
    const name = schema.$ref.split("/").at(-1) ?? "";
    const held = isJsonObject(root.$defs) ? root.$defs[name] : undefined;
    return branches(held, root);
  }
  const some = [schema.anyOf, schema.oneOf].filter(Array.isArray).flat();
  return some.length === 0 ? [schema] : some.flatMap((branch: Json) => branches(branch, root));
}
