import { replaceEqualDeep } from "@tanstack/react-query";
import type { SagaDocument } from "@/engine/definition/document";
import { readText } from "@/engine/definition/read-text";
import { toJson, toYaml } from "@/engine/definition/write";
import type { Json } from "@/engine/json";
import type { Problem } from "@/engine/problem";
import { patchYaml } from "./patch-yaml";
import { toEditable } from "./to-editable";
import { writtenOf } from "./written";

export type Language = "yaml" | "json";

/**
 * A draft at one moment. `source` is the text that a person last typed, what it says, and the document that stands for it
 * on the canvas: the shown text is that text with what the canvas changed since, so that comments survive. While `broken`, the typed text is no document
 * (or not one of this saga) and the canvas shows the last that was.
 */
export type Snapshot = {
  readonly document: SagaDocument;
  readonly source: { readonly text: string; readonly value: Json; readonly document: SagaDocument } | null;
  readonly broken: readonly Problem[] | null;
};

export const languageOf = (text: string): Language => (/^\s*[{[]/.test(text) ? "json" : "yaml");

const written = new WeakMap<Snapshot, Partial<Record<Language, string>>>();

/** The snapshot as text. Broken text is shown as it was typed, whatever the language. */
export function textOf(snapshot: Snapshot, language: Language): string {
  if (snapshot.broken && snapshot.source) return snapshot.source.text;
  const known = written.get(snapshot) ?? {};
  written.set(snapshot, known);
  known[language] ??= write(snapshot, language);
  return known[language];
}

function write({ document, source }: Snapshot, language: Language): string {
  const typed = source && languageOf(source.text) === language ? source : null;
  if (typed?.document === document) return typed.text;
  if (language === "json") return toJson(document);
  return typed ? patchYaml(typed.text, typed.value, document) : toYaml(document);
}

/** The snapshot after a person typed `text`. Steps that say the same as before stay the same objects. */
export function readCode(before: Snapshot, text: string): Snapshot {
  const read = readDocument(text, before.document.saga);
  if (!read.ok) {
    const { document } = before;
    return { ...before, source: { text, value: writtenOf(document), document }, broken: read.problems };
  }
  const document = replaceEqualDeep(before.document, read.document) as SagaDocument;
  const value = replaceEqualDeep(document, read.value) as Json;
  return { document, source: { text, value, document }, broken: null };
}

type Read =
  | { readonly ok: true; readonly value: Json; readonly document: SagaDocument }
  | { readonly ok: false; readonly problems: readonly Problem[] };

function readDocument(text: string, saga: string): Read {
  const read = readText(text);
  if (!read.ok) return read;
  const document = toEditable(read.value.value);
  if (!document)
    return refuse(
      "not-a-definition",
      "Expected a definition: saga, and steps or reactions with ids of their own; edges and layout in their usual shape.",
    );
  if (document.saga !== saga)
    return refuse(
      "saga-renamed",
      `This is the draft of ${saga}; the text says saga: ${document.saga}. A type cannot change.`,
    );
  return { ok: true, value: read.value.value as Json, document };
}

const refuse = (code: string, message: string): Read => ({
  ok: false,
  problems: [{ code, severity: "error", path: "", message }],
});
