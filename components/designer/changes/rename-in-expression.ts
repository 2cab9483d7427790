import { findClosingBrace } from "@/engine/expression/find-closing-brace";
import { isJsonObject, type Json } from "@/engine/json";

/** Strings and comments of CEL, which are left alone. */
const quoted = String.raw`[rR]?"""[\s\S]*?"""|[rR]?'''[\s\S]*?'''|\/\/[^\n]*|[rR]?"(?:\\.|[^"\\])*"|[rR]?'(?:\\.|[^'\\])*'`;

/** A read of a step: `steps.id` or `steps["id"]`. It comes first, as the second holds a string. */
const stepRead = String.raw`(?<![\w.])steps\s*\.\s*([a-z][a-z0-9_]*)(?!\w)|(?<![\w.])steps\s*\[\s*(["'])([a-z][a-z0-9_]*)\2\s*\]`;

/** A variable: no field, and no function. */
const variable = String.raw`(?<![\w.])([a-zA-Z_]\w*)(?!\w|\s*\()`;

const stepReads = new RegExp(`${stepRead}|${quoted}`, "g");
const variables = new RegExp(`${quoted}|${variable}`, "g");

/** The expression with each read of a renamed step changed; its writing is otherwise kept. */
export function renameInExpression(source: string, ids: ReadonlyMap<string, string>): string {
  return source.replace(stepReads, (match: string, dotted?: string, _quote?: string, indexed?: string) => {
    const from = dotted ?? indexed;
    const to = from === undefined ? undefined : ids.get(from);
    if (from === undefined || to === undefined) return match;
    const at = match.lastIndexOf(from);
    return `${match.slice(0, at)}${to}${match.slice(at + from.length)}`;
  });
}

/** A read of an event by its type, or a comparison of one with it: `events.X`, `events["X"]`, `event.type == "X"`. */
const eventType = String.raw`([A-Za-z][\w.-]*)`;
const eventRead = String.raw`(?<![\w.])events\s*\.\s*([A-Za-z]\w*)(?!\w)|(?<![\w.])events\s*\[\s*(["'])${eventType}\2\s*\]|(?<![\w.])event\s*\.\s*type\s*[=!]=\s*(["'])${eventType}\4|(["'])${eventType}\6\s*[=!]=\s*event\s*\.\s*type(?!\w)`;
const eventReads = new RegExp(`${eventRead}|${quoted}`, "g");
const dotted = /^[A-Za-z_]\w*$/;

/** The expression with a type of event called otherwise, wherever it reads or compares one. */
export function renameEventInExpression(source: string, from: string, to: string): string {
  return source.replace(eventReads, (match: string, ...groups: (string | undefined)[]) => {
    const [member, , indexed, , compared, , before] = groups;
    if (![member, indexed, compared, before].includes(from)) return match;
    if (member !== undefined && !dotted.test(to)) return `events[${JSON.stringify(to)}]`;
    const at = before === undefined ? match.lastIndexOf(from) : match.indexOf(from);
    return `${match.slice(0, at)}${to}${match.slice(at + from.length)}`;
  });
}

/** The expression with a variable of its own called otherwise. */
export function renameVariable(source: string, from: string, to: string): string {
  return source.replace(variables, (match: string, name?: string) => (name === from ? to : match));
}

type Rename = (expression: string) => string;

/** A value with every expression in it rewritten; what does not change is the same object. */
export function renameInValue(value: Json, rename: Rename): Json {
  if (typeof value === "string") return renameInText(value, rename);
  if (Array.isArray(value)) {
    const items = value.map((item: Json) => renameInValue(item, rename));
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, renameInValue(item, rename)] as const);
  return entries.some(([key, item]) => item !== value[key]) ? Object.fromEntries(entries) : value;
}

function renameInText(text: string, rename: Rename): string {
  let out = "";
  let position = 0;
  for (let open = text.indexOf("${"); open >= 0; open = text.indexOf("${", position)) {
    const escaped = text[open - 1] === "$" && open > position;
    const close = escaped ? open + 1 : findClosingBrace(text, open + 2);
    if (close < 0) break;
    const expression = text.slice(open + 2, close);
    out += text.slice(position, open + 2) + (escaped ? "" : `${rename(expression)}}`);
    position = escaped ? open + 2 : close + 1;
  }
  return out + text.slice(position);
}
