import { autocompletion, type CompletionContext, type CompletionResult } from "@codemirror/autocomplete";
import type { Extension } from "@codemirror/state";
import type { ContextPath } from "../document/context-paths";

/** How expressions are written where one types: inside `${…}` of a mapping, or bare, as in a condition. */
export type Writing = "template" | "expression";

/** Completion of what an expression may read. Outside `${`, asking for it (ctrl+space) writes the `${…}` as well. */
export function pathCompletion(paths: () => readonly ContextPath[], writing: Writing): Extension {
  return autocompletion({ override: [(context) => completePath(context, paths(), writing)], icons: false });
}

function completePath(
  context: CompletionContext,
  paths: readonly ContextPath[],
  writing: Writing,
): CompletionResult | null {
  const word = context.matchBefore(/[\w.]*/);
  const line = context.state.doc.lineAt(context.pos);
  const before = line.text.slice(0, context.pos - line.from);
  const inside = writing === "expression" || before.lastIndexOf("${") > before.lastIndexOf("}");
  if (!inside && !context.explicit) return null;
  if (word?.text === "" && !context.explicit && !before.endsWith("${")) return null;
  return {
    from: word?.from ?? context.pos,
    validFor: /^[\w.]*$/,
    options: paths.map(({ path, detail, value }) => ({
      label: path,
      detail: value === undefined ? detail : shortValue(value),
      apply: inside ? path : `\${${path}}`,
      boost: -path.split(".").length,
    })),
  };
}

function shortValue(value: unknown): string {
  const text = JSON.stringify(value) ?? "";
  return text.length > 28 ? `${text.slice(0, 27)}…` : text;
}
