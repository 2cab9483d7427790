"use client";
import { json } from "@codemirror/lang-json";
import { yaml } from "@codemirror/lang-yaml";
import { type Diagnostic, lintGutter, setDiagnostics } from "@codemirror/lint";
import { type EditorView, highlightActiveLine, lineNumbers } from "@codemirror/view";
import { useEffect, useRef } from "react";
import { Button } from "@/components/ui/button";
import { Notice } from "@/components/ui/notice";
import { Segmented } from "@/components/ui/segmented";
import { useStored } from "@/components/ui/use-stored";
import { keysOf } from "@/engine/definition/pointer";
import { readText, type TextValue } from "@/engine/definition/read-text";
import type { Problem } from "@/engine/problem";
import { type Language, languageOf, type Snapshot, textOf } from "../document/code";
import { placeFrom } from "../document/problems";
import { CodeEditor } from "../editor/code-editor";
import { schemaCompletion } from "../editor/schema-completion";
import { useDesigner } from "../state/designer-context";
import { useUnhurried } from "./use-unhurried";

export type CodePanelProps = { snapshot: Snapshot; onType: (text: string) => void; onDiscard: () => void };

const common = [lineNumbers(), highlightActiveLine(), lintGutter()];
const languages = { yaml: [yaml(), schemaCompletion, ...common], json: [json(), ...common] } as const;

/** The draft as YAML or JSON. What is typed is drawn, what is drawn is written, in one undo history. */
export function CodePanel({ snapshot, onType, onDiscard }: CodePanelProps) {
  const { readOnly, problems } = useDesigner();
  const [chosen, choose] = useStored("designer.language", "yaml");
  const language: Language =
    snapshot.broken && snapshot.source ? languageOf(snapshot.source.text) : chosen === "json" ? "json" : "yaml";
  const text = textOf(snapshot, language);
  const view = useRef<EditorView>(null);
  const { type, flush } = useUnhurried(onType);
  useEffect(() => {
    const editor = view.current;
    if (editor && editor.state.doc.toString() === text)
      editor.dispatch(setDiagnostics(editor.state, diagnosticsOf(text, problems)));
  }, [text, problems]);
  return (
    <>
      <div className="flex shrink-0 items-start gap-3 border-b px-4 py-2">
        <Segmented<Language>
          aria-label="Language"
          value={language}
          disabled={snapshot.broken !== null}
          onValueChange={choose}
          options={[
            { value: "yaml", label: "YAML" },
            { value: "json", label: "JSON" },
          ]}
          className="w-32 shrink-0"
        />
        {snapshot.broken && (
          <Notice
            tone="failed"
            className="flex-1 py-1"
            action={
              <Button size="sm" onClick={onDiscard}>
                Back to the canvas
              </Button>
            }
          >
            {snapshot.broken[0]?.message} The canvas waits, and nothing is saved, until this can be read.
          </Notice>
        )}
      </div>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: what is typed counts before a chord such as undo does */}
      <div
        className="flex min-h-0 flex-1 flex-col"
        onBlur={flush}
        onKeyDownCapture={(event) => (event.ctrlKey || event.metaKey) && flush()}
      >
        <CodeEditor
          label="Definition as code"
          value={text}
          onChange={type}
          extensions={languages[language]}
          readOnly={readOnly && !snapshot.broken}
          tabIndents
          viewRef={view}
          className="flex-1"
        />
      </div>
    </>
  );
}

function diagnosticsOf(text: string, problems: readonly Problem[]): Diagnostic[] {
  const read = readText(text);
  return problems.map((problem) => {
    const from = offsetOf(text, problem, read.ok ? read.value : null);
    const end = text.indexOf("\n", from);
    return {
      from,
      to: Math.max(from, end < 0 ? text.length : end),
      severity: problem.severity,
      message: problem.message,
    };
  });
}

function offsetOf(text: string, problem: Problem, read: TextValue | null): number {
  const place = read ? placeFrom(read.placeOf(keysOf(problem.path))) : placeFrom(problem.message);
  if (!place) return 0;
  const start = text.split("\n", place.line - 1).reduce((sum, line) => sum + line.length + 1, 0);
  return Math.min(text.length, start + place.column - 1);
}
