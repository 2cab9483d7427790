import { type Document, isMap, isScalar, isSeq, parseDocument, type YAMLMap, type YAMLSeq } from "yaml";
import type { SagaDocument } from "@/engine/definition/document";
import { toYaml } from "@/engine/definition/write";
import { isJsonObject, type Json } from "@/engine/json";
import { writtenOf } from "./written";

/**
 * The text with only what changed between what it said and the document written anew: comments, order and quoting of the rest stay.
 * When that does not give the new document exactly, the whole is written in the usual order instead.
 */
export function patchYaml(text: string, before: Json, after: SagaDocument): string {
  const yaml = parseDocument(text, { version: "1.2", schema: "core" });
  if (yaml.errors.length > 0 || !isMap(yaml.contents)) return toYaml(after);
  const written = writtenOf(after);
  patchMap(yaml, yaml.contents, before, written, []);
  const patched = yaml.toString({ lineWidth: 0 });
  return same(parseDocument(patched, { version: "1.2", schema: "core" }).toJS(), written) ? patched : toYaml(after);
}

const same = (a: unknown, b: unknown) => JSON.stringify(sorted(a as Json)) === JSON.stringify(sorted(b as Json));

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, sorted(item)]));
}

type Path = readonly string[];

function patchMap(yaml: Document, map: YAMLMap, before: Json | undefined, after: Json, path: Path) {
  const was = isJsonObject(before) ? before : {};
  const now = isJsonObject(after) ? after : {};
  for (const key of Object.keys(was)) if (now[key] === undefined) map.delete(key);
  for (const [key, value] of Object.entries(now)) {
    if (value === undefined || value === was[key]) continue;
    const node = map.get(key, true);
    const patched = patchNode(yaml, node, was[key], value, [...path, key]);
    if (patched !== node) map.set(key, patched);
  }
}

/** The old node changed in place where it can be, else a new one. */
function patchNode(yaml: Document, node: unknown, before: Json | undefined, after: Json, path: Path): unknown {
  if (isMap(node) && isJsonObject(after)) {
    patchMap(yaml, node, before, after, path);
    return node;
  }
  if (isSeq(node) && Array.isArray(after)) {
    patchSeq(yaml, node, Array.isArray(before) ? before : [], after, path);
    return node;
  }
  if (isScalar(node) && typeof after !== "object" && typeof node.value === typeof after) {
    node.value = after;
    return node;
  }
  const made = yaml.createNode(after, { aliasDuplicateObjects: false, flow: isFlat(path) });
  if (path.length === 1 && isFlat([...path, "-"])) flattenItems(made);
  return made;
}

function patchSeq(yaml: Document, seq: YAMLSeq, before: readonly Json[], after: readonly Json[], path: Path) {
  const nodes = [...seq.items];
  const byName = new Map(before.map((item, index) => [nameOf(item), index]));
  const used = new Set<number>();
  seq.items = after.map((item, index) => {
    const named = byName.get(nameOf(item));
    const at = named ?? (before.length === after.length ? index : -1);
    if (at < 0 || used.has(at)) return patchNode(yaml, null, undefined, item, [...path, "-"]);
    used.add(at);
    return item === before[at] ? nodes[at] : patchNode(yaml, nodes[at], before[at], item, [...path, "-"]);
  });
}

/** What an item is known by when the list is reordered: a step's id, an edge's two ends. */
function nameOf(item: Json): string {
  if (!isJsonObject(item)) return JSON.stringify(item);
  if (typeof item.id === "string") return item.id;
  return typeof item.from === "string" ? `${item.from}>${String(item.to)}` : JSON.stringify(item);
}

function flattenItems(node: unknown) {
  if (isSeq(node)) for (const item of node.items) if (isMap(item)) item.flow = true;
  if (isMap(node)) for (const { value } of node.items) if (isMap(value)) value.flow = true;
}

/** An edge and a position each read best on one line. */
const isFlat = (path: Path) => path.length === 2 && (path[0] === "edges" || path[0] === "layout");
