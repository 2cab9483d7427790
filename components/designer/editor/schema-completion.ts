import { autocompletion, type CompletionContext, type CompletionResult } from "@codemirror/autocomplete";
import type { Extension } from "@codemirror/state";
import { definitionJsonSchema } from "@/engine/definition/json-schema";
import { isJsonObject, type Json, type JsonObject } from "@/engine/json";
import { yamlPathAt } from "./yaml-path";

/** Completes the keys of a definition in YAML, and the values that a key can only have, out of its JSON Schema. */
export const schemaCompletion: Extension = autocompletion({ override: [complete], icons: false });

function complete(context: CompletionContext): CompletionResult | null {
  const line = context.state.doc.lineAt(context.pos);
  const before = line.text.slice(0, context.pos - line.from);
  const lines = context.state.doc.toString().split("\n");
  const path = yamlPathAt(lines, line.number - 1, before.length);
  const value = /^(\s*(?:-\s+)?)([\w-]+):\s+(\S*)$/.exec(before);
  if (value) return completeValue(context, [...path, value[2] ?? ""], value[3] ?? "");
  const word = /^\s*(?:-\s+)?(\w*)$/.exec(before);
  if (!word || (word[1] === "" && !context.explicit)) return null;
  const written = new Set(/^\s*(?:-\s+)?/.test(before) ? siblings(lines, line.number - 1, path) : []);
  const options = optionsAt(path).flatMap((schema) =>
    Object.entries(isJsonObject(schema.properties) ? schema.properties : {})
      .filter(([key]) => !written.has(key))
      .map(([key, field]) => ({ label: key, apply: `${key}: `, info: hintOf(field) })),
  );
  return options.length === 0 ? null : { from: context.pos - (word[1]?.length ?? 0), options, validFor: /^\w*$/ };
}

function completeValue(context: CompletionContext, path: readonly string[], typed: string): CompletionResult | null {
  const values = optionsAt(path).flatMap((schema) => {
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

/** The schemas that may hold at a path: every branch of a union counts. */
function optionsAt(path: readonly string[]): readonly JsonObject[] {
  const root = definitionJsonSchema() as JsonObject;
  let now = branches(root, root);
  for (const key of path) now = now.flatMap((schema) => branches(childOf(schema, key), root));
  return now;
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
