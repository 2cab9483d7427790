import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import {
  Decoration,
  type DecorationSet,
  EditorView,
  MatchDecorator,
  ViewPlugin,
  type ViewUpdate,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";

const theme = EditorView.theme({
  "&": { backgroundColor: "transparent", color: "var(--color-ink)", fontSize: "12px", height: "100%" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--font-mono)", lineHeight: "18px", overflow: "auto" },
  ".cm-content": { caretColor: "var(--color-ink)", padding: "6px 0" },
  ".cm-line": { padding: "0 10px" },
  ".cm-gutters": { backgroundColor: "transparent", color: "var(--color-ink-3)", border: "none" },
  ".cm-activeLine": { backgroundColor: "transparent" },
  "&.cm-focused .cm-activeLine": { backgroundColor: "color-mix(in oklch, var(--color-hover) 60%, transparent)" },
  ".cm-activeLineGutter": { backgroundColor: "transparent", color: "var(--color-ink)" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground, ::selection": {
    backgroundColor: "color-mix(in oklch, var(--color-ink) 16%, transparent) !important",
    color: "inherit",
  },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "transparent", outline: "1px solid var(--color-line-strong)" },
  "&.cm-focused .cm-nonmatchingBracket": { backgroundColor: "transparent", color: "var(--color-state-failed)" },
  ".cm-cursor": { borderLeftColor: "var(--color-ink)" },
  ".cm-placeholder": { color: "var(--color-ink-3)" },
  ".cm-panels": { backgroundColor: "var(--color-panel)", color: "var(--color-ink)", borderColor: "var(--color-line)" },
  ".cm-tooltip": {
    backgroundColor: "var(--color-raised)",
    color: "var(--color-ink)",
    border: "1px solid var(--color-line)",
    borderRadius: "var(--radius-md)",
    boxShadow: "var(--shadow-float)",
    fontSize: "12px",
    maxWidth: "420px",
  },
  ".cm-tooltip-autocomplete > ul": { fontFamily: "var(--font-mono)", padding: "4px" },
  ".cm-tooltip-autocomplete > ul > li": { padding: "3px 6px !important", borderRadius: "var(--radius-sm)" },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": {
    backgroundColor: "var(--color-hover) !important",
    color: "var(--color-ink) !important",
  },
  ".cm-completionDetail": { fontFamily: "var(--font-sans)", fontStyle: "normal", color: "var(--color-ink-3)" },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "600" },
  ".cm-completionInfo": { fontFamily: "var(--font-sans)", padding: "6px 8px", maxWidth: "320px" },
  ".cm-diagnostic": { padding: "4px 8px", borderLeft: "3px solid var(--color-state-compensating-solid)" },
  ".cm-diagnostic-error": { borderLeftColor: "var(--color-state-failed-solid)" },
  ".cm-lintRange-error": {
    backgroundImage: "none",
    textDecoration: "underline wavy var(--color-state-failed-solid) 1px",
    textUnderlineOffset: "3px",
  },
  ".cm-lintRange-warning": {
    backgroundImage: "none",
    textDecoration: "underline wavy var(--color-state-compensating-solid) 1px",
    textUnderlineOffset: "3px",
  },
  ".saga-expression": { color: "var(--color-state-executing)" },
  ".saga-expression *": { color: "inherit !important" },
});

/** Weight and shade instead of colours: colour means state, and `${…}` is what a run fills in. */
const highlight = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--color-ink-2)" },
  { tag: [tags.string, tags.content, tags.number, tags.bool, tags.null], color: "var(--color-ink)" },
  { tag: [tags.comment, tags.lineComment], color: "var(--color-ink-3)", fontStyle: "italic" },
  {
    tag: [tags.punctuation, tags.separator, tags.bracket, tags.squareBracket, tags.brace],
    color: "var(--color-ink-3)",
  },
  { tag: tags.invalid, color: "var(--color-state-failed)" },
]);

const expressions = new MatchDecorator({
  regexp: /\$\{(?:[^{}"'\n]|"[^"\n]*"|'[^'\n]*'|\{[^{}\n]*\})*\}/g,
  decoration: Decoration.mark({ class: "saga-expression" }),
});

const expressionMarks = ViewPlugin.fromClass(
  class {
    marks: DecorationSet;
    constructor(view: EditorView) {
      this.marks = expressions.createDeco(view);
    }
    update(update: ViewUpdate) {
      this.marks = expressions.updateDeco(update, this.marks);
    }
  },
  { decorations: (plugin) => plugin.marks },
);

/** The product's surfaces, type and emphasis on every code editor. */
export const editorLook: Extension = [theme, syntaxHighlighting(highlight), expressionMarks];
