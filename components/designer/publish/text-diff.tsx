"use client";
import { yaml } from "@codemirror/lang-yaml";
import { MergeView, unifiedMergeView } from "@codemirror/merge";
import { EditorState, type Extension } from "@codemirror/state";
import { EditorView, lineNumbers } from "@codemirror/view";
import { useEffect, useRef } from "react";
import { cn } from "@/components/ui/cn";
import { editorLook } from "../editor/editor-look";

const labelled = (label: string): Extension => [shared, EditorView.contentAttributes.of({ "aria-label": label })];

const shared: Extension = [
  editorLook,
  yaml(),
  lineNumbers(),
  EditorView.lineWrapping,
  EditorState.readOnly.of(true),
  EditorView.editable.of(false),
  EditorView.theme({
    ".cm-changedLine, .cm-insertedLine": { backgroundColor: "var(--color-state-completed-soft) !important" },
    ".cm-deletedChunk, &.cm-merge-a .cm-changedLine": { backgroundColor: "var(--color-state-failed-soft) !important" },
    ".cm-changedText, .cm-deletedText": { background: "none !important", fontWeight: "600" },
    ".cm-collapsedLines": { background: "var(--color-canvas)", color: "var(--color-ink-3)", padding: "2px 10px" },
    ".cm-collapsedLines::before, .cm-collapsedLines::after": { content: '"…" !important' },
    ".cm-changeGutter, .cm-changedLineGutter": { display: "none" },
  }),
];

type TextDiffProps = { before: string; after: string; sides?: boolean; className?: string };

/** What changed between two texts: in one column with what went marked, or side by side. */
export function TextDiff({ before, after, sides = false, className }: TextDiffProps) {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!host.current) return;
    const collapseUnchanged = { margin: 2, minSize: 5 };
    const view = sides
      ? new MergeView({
          parent: host.current,
          a: { doc: before, extensions: labelled("Before") },
          b: { doc: after, extensions: labelled("After") },
          collapseUnchanged,
          gutter: false,
        })
      : new EditorView({
          parent: host.current,
          doc: after,
          extensions: [
            labelled("Before and after"),
            unifiedMergeView({ original: before, mergeControls: false, gutter: false, collapseUnchanged }),
          ],
        });
    return () => view.destroy();
  }, [before, after, sides]);
  return (
    <section
      ref={host}
      aria-label="What changed"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
      tabIndex={0}
      className={cn("overflow-auto rounded-md border bg-canvas", className)}
    />
  );
}
