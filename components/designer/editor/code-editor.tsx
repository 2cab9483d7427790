"use client";
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, indentWithTab } from "@codemirror/commands";
import { bracketMatching, indentOnInput, indentUnit } from "@codemirror/language";
import { Annotation, Compartment, EditorState, type Extension } from "@codemirror/state";
import { drawSelection, EditorView, keymap, placeholder as placeholderOf } from "@codemirror/view";
import { type RefObject, useEffect, useRef } from "react";
import { cn } from "@/components/ui/cn";
import { editorLook } from "./editor-look";

export type CodeEditorProps = {
  value: string;
  onChange: (value: string) => void;
  label: string;
  /** Language, completion, marks. Give the same array as long as nothing changes. */
  extensions?: readonly Extension[];
  readOnly?: boolean;
  placeholder?: string;
  /** Tab indents instead of moving on: for the big editor only, so that forms stay walkable by keyboard. */
  tabIndents?: boolean;
  viewRef?: RefObject<EditorView | null>;
  className?: string;
};

/** Marks what came from outside, so that it is not told back as typing. */
const fromOutside = Annotation.define<true>();

const base: Extension = [
  editorLook,
  drawSelection(),
  indentUnit.of("  "),
  indentOnInput(),
  bracketMatching(),
  closeBrackets(),
  EditorView.lineWrapping,
  keymap.of([...closeBracketsKeymap, ...completionKeymap, ...defaultKeymap]),
];

/**
 * A code editor whose text is the caller's. It has no undo of its own: the designer's one history does that, and a value
 * from outside replaces only what differs, so that the cursor stays where it was.
 */
export function CodeEditor(props: CodeEditorProps) {
  const {
    value,
    onChange,
    label,
    extensions,
    readOnly = false,
    placeholder,
    tabIndents = false,
    viewRef,
    className,
  } = props;
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const tell = useRef(onChange);
  tell.current = onChange;
  const first = useRef({ value, placeholder, tabIndents });
  const variable = useRef(new Compartment());

  useEffect(() => {
    if (!host.current) return;
    const { placeholder, tabIndents, value } = first.current;
    const created = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: value,
        extensions: [
          base,
          variable.current.of([]),
          tabIndents ? keymap.of([indentWithTab]) : [],
          placeholder ? placeholderOf(placeholder) : [],
          EditorView.updateListener.of((update) => {
            if (!update.docChanged || update.transactions.some((one) => one.annotation(fromOutside))) return;
            tell.current(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = created;
    if (viewRef) viewRef.current = created;
    return () => {
      created.destroy();
      view.current = null;
      if (viewRef) viewRef.current = null;
    };
  }, [viewRef]);

  useEffect(() => {
    view.current?.dispatch({
      effects: variable.current.reconfigure([
        ...(extensions ?? [autocompletion({ override: [] })]),
        EditorState.readOnly.of(readOnly),
        EditorView.editable.of(!readOnly),
        EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
      ]),
    });
  }, [extensions, readOnly, label]);

  useEffect(() => {
    const editor = view.current;
    const before = editor?.state.doc.toString();
    if (!editor || before === undefined || before === value) return;
    editor.dispatch({ changes: difference(before, value), annotations: fromOutside.of(true) });
  }, [value]);

  return <div ref={host} data-code-editor className={cn("min-h-0 overflow-hidden", className)} />;
}

function difference(before: string, after: string) {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) start++;
  let end = 0;
  while (end < most - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  return { from: start, to: before.length - end, insert: after.slice(start, after.length - end) };
}
