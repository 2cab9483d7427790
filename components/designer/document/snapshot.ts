import type { Draft } from "@/contract/sagas";
import { readText } from "@/engine/definition/read-text";
import type { Json } from "@/engine/json";
import { languageOf, readCode, type Snapshot, textOf } from "./code";
import { toEditable } from "./to-editable";
import { writtenOf } from "./written";

/** A stored draft as it is opened. One that cannot be drawn opens as its text, over an empty canvas. */
export function toSnapshot({ type, document, text }: Pick<Draft, "type" | "document" | "text">): Snapshot {
  const empty: Snapshot = { document: { saga: type, steps: [] }, source: null, broken: null };
  if (text !== null) return readCode(empty, text);
  const editable = toEditable(document);
  return editable
    ? { document: editable, source: null, broken: null }
    : readCode(empty, JSON.stringify(document, null, 2));
}

/** What is sent to be saved: typed text goes along, and says the same as the document. */
export function toSave(snapshot: Snapshot): { document: Json; text?: string } {
  if (!snapshot.source) return { document: writtenOf(snapshot.document) };
  const text = textOf(snapshot, languageOf(snapshot.source.text));
  const read = readText(text);
  return read.ok ? { document: read.value.value as Json, text } : { document: writtenOf(snapshot.document) };
}
