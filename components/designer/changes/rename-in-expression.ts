import { findClosingBrace } from "@/engine/expression/find-closing-brace";
import { isJsonObject, type Json } from "@/engine/json";

/** Strings and comments of CEL, which are left alone, or a read of a step: `steps.id` or `steps["id"]`. */
const parts =
  /[rR]?"""[\s\S]*?"""|[rR]?'''[\s\S]*?'''|\/\/[^\n]*|(?<![\w.])steps\s*\.\s*([a-z][a-z0-9_]*)(?!\w)|(?<![\w.])steps\s*\[\s*(["'])([a-z][a-z0-9_]*)\2\s*\]|[rR]?"(?:\\.|[^"\\])*"|[rR]?'(?:\\.|[^'\\])*'/g;

/** The expression with each read of a renamed step changed; its writing is otherwise kept. */
export function renameInExpression(source: string, ids: ReadonlyMap<string, string>): string {
  return source.replace(parts, (match: string, dotted?: string, _quote?: string, indexed?: string) => {
    const from = dotted ?? indexed;
    const to = from === undefined ? undefined : ids.get(from);
    if (from === undefined || to === undefined) return match;
    const at = match.lastIndexOf(from);
    return `${match.slice(0, at)}${to}${match.slice(at + from.length)}`;
  });
}

/** The same inside every `${…}` of a value; what does not change is the same object. */
export function renameInValue(value: Json, ids: ReadonlyMap<string, string>): Json {
  if (typeof value === "string") return renameInText(value, ids);
  if (Array.isArray(value)) {
    const items = value.map((item: Json) => renameInValue(item, ids));
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, renameInValue(item, ids)] as const);
  return entries.some(([key, item]) => item !== value[key]) ? Object.fromEntries(entries) : value;
}

function renameInText(text: string, ids: ReadonlyMap<string, string>): string {
  let out = "";
  let position = 0;
  for (let open = text.indexOf("${"); open >= 0; open = text.indexOf("${", position)) {
    const escaped = text[open - 1] === "$" && open > position;
    const close = escaped ? open + 1 : findClosingBrace(text, open + 2);
    if (close < 0) break;
    const expression = text.slice(open + 2, close);
    out += text.slice(position, open + 2) + (escaped ? "" : `${renameInExpression(expression, ids)}}`);
    position = escaped ? open + 2 : close + 1;
  }
  return out + text.slice(position);
}
