"use client";
import { json, jsonParseLinter } from "@codemirror/lang-json";
import { linter } from "@codemirror/lint";
import { EditorView } from "@codemirror/view";
import CodeMirror from "@uiw/react-codemirror";

export type JsonEditorProps = {
  value: string;
  onChange: (value: string) => void;
  label: string;
  id?: string;
  /** Tallest it gets before it scrolls, in px. */
  maxHeight?: number;
};

/** The product's surfaces and type on CodeMirror's own structure. */
const look = EditorView.theme({
  "&": { backgroundColor: "var(--color-raised)", color: "var(--color-ink)", fontSize: "12px" },
  "&.cm-focused": { outline: "1px solid var(--color-ink)" },
  ".cm-content": { fontFamily: "var(--font-mono)", caretColor: "var(--color-ink)", lineHeight: "18px" },
  ".cm-gutters": {
    backgroundColor: "var(--color-canvas)",
    color: "var(--color-ink-3)",
    border: "none",
    fontFamily: "var(--font-mono)",
  },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "transparent" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "var(--color-selected) !important",
  },
  ".cm-cursor": { borderLeftColor: "var(--color-ink)" },
  ".cm-tooltip": { backgroundColor: "var(--color-raised)", borderColor: "var(--color-line)" },
});

/** No syntax colours: colour means state, and nothing else. */
const setup = {
  foldGutter: false,
  highlightActiveLine: false,
  autocompletion: false,
  searchKeymap: false,
  syntaxHighlighting: false,
} as const;

/** JSON text with line numbers and its mistakes marked where they are. */
export function JsonEditor({ value, onChange, label, id, maxHeight = 320 }: JsonEditorProps) {
  return (
    <CodeMirror
      {...(id ? { id } : {})}
      value={value}
      onChange={onChange}
      theme="none"
      basicSetup={setup}
      minHeight="72px"
      maxHeight={`${maxHeight}px`}
      extensions={[
        json(),
        linter(jsonParseLinter()),
        look,
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
      ]}
      className="overflow-hidden rounded-md border border-line-strong"
    />
  );
}
