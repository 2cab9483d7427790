/**
 * Where in a YAML text one is about to write a key: the keys of the blocks around, by indentation (a list's item is
 * "-"). It works on text that does not parse yet, which is when completion is wanted.
 */
export function yamlPathAt(lines: readonly string[], line: number, column: number): readonly string[] {
  const path: string[] = [];
  let indent = writtenIndent(lines[line] ?? "", column);
  for (let above = line; above >= 0 && indent > 0; above--) {
    const text = lines[above] ?? "";
    if (text.trim() === "" || text.trimStart().startsWith("#")) continue;
    const keys = keysOn(text).filter((key) => key.indent < indent);
    if (above === line && keys.every((key) => key.name !== "-")) continue;
    for (const key of keys.reverse()) {
      if (key.indent >= indent) continue;
      if (above === line && key.name !== "-") continue;
      path.unshift(key.name);
      indent = key.indent;
    }
  }
  return path;
}

/** The kind that the step around a line says; undefined where it says none, or the line is in no step. */
export function stepKindAt(lines: readonly string[], line: number): string | undefined {
  const start = stepStart(lines, line);
  const inner = /^\s*-\s+/.exec(lines[start] ?? "")?.[0].length;
  if (inner === undefined) return undefined;
  for (let at = start; at < lines.length; at++) {
    const text = lines[at] ?? "";
    const indent = at === start ? inner : indentOf(text);
    if (text.trim() !== "" && indent < inner) return undefined;
    const kind = indent === inner ? /^kind:\s+["']?(\w+)/.exec(text.slice(inner))?.[1] : undefined;
    if (kind) return kind;
  }
  return undefined;
}

function stepStart(lines: readonly string[], line: number): number {
  for (let at = line; at >= 0; at--) {
    const dash = /^(\s*)-\s/.exec(lines[at] ?? "");
    if (dash && yamlPathAt(lines, at, dash[1]?.length ?? 0).join() === "steps") return at;
  }
  return -1;
}

const indentOf = (text: string) => /^\s*/.exec(text)?.[0].length ?? 0;

/** The column of the key being written: after the dash when the line begins a list's item. */
function writtenIndent(text: string, column: number): number {
  const before = text.slice(0, column);
  const dash = /^(\s*)(-\s+)/.exec(before);
  return dash ? dash[0].length : (/^\s*/.exec(before)?.[0].length ?? 0);
}

type Key = { readonly name: string; readonly indent: number };

function keysOn(text: string): Key[] {
  const keys: Key[] = [];
  let rest = text;
  let indent = 0;
  const spaces = /^\s*/.exec(rest)?.[0].length ?? 0;
  indent += spaces;
  rest = rest.slice(spaces);
  const dash = /^-\s+/.exec(rest)?.[0];
  if (dash) {
    keys.push({ name: "-", indent });
    indent += dash.length;
    rest = rest.slice(dash.length);
  }
  const key = /^["']?([\w$-]+)["']?\s*:(?:\s|$)/.exec(rest)?.[1];
  if (key) keys.push({ name: key, indent });
  return keys;
}
