"use client";
import type { Extension } from "@codemirror/state";
import { lazy, type ReactNode, Suspense, useId } from "react";
import { cn } from "@/components/ui/cn";
import { FieldError } from "@/components/ui/field";
import { Skeleton } from "@/components/ui/skeleton";

const CodeEditor = lazy(() => import("../editor/code-editor").then((module) => ({ default: module.CodeEditor })));

type MiniEditorProps = {
  label: string;
  value: string;
  onChange: (value: string) => void;
  extensions: readonly Extension[];
  readOnly: boolean;
  placeholder?: string;
  aside?: ReactNode;
  hint?: ReactNode;
  error?: ReactNode;
  oneLine?: boolean;
};

/** A small code editor as a field of a form. */
export function MiniEditor(props: MiniEditorProps) {
  const { label, aside, hint, error, oneLine = false, ...editor } = props;
  const id = useId();
  return (
    <div className="flex flex-col gap-1.5">
      <div className="flex items-baseline justify-between gap-3">
        <span className="font-medium text-ink-2 text-xs">{label}</span>
        {aside && <span className="text-ink-3 text-xs">{aside}</span>}
      </div>
      <div
        className={cn(
          "rounded-md border border-line-strong bg-raised focus-within:border-ink focus-within:outline-1 focus-within:outline-ink",
          error && "border-state-failed focus-within:border-state-failed focus-within:outline-state-failed",
          props.readOnly && "bg-canvas",
        )}
      >
        <Suspense fallback={<Skeleton className={cn("m-2", oneLine ? "h-3" : "h-12")} />}>
          <CodeEditor
            {...editor}
            label={label}
            className={oneLine ? "" : "max-h-72 overflow-y-auto [&_.cm-content]:min-h-[48px]"}
          />
        </Suspense>
      </div>
      {error && <FieldError id={`${id}-error`}>{error}</FieldError>}
      {hint && <p className="text-ink-3 text-xs">{hint}</p>}
    </div>
  );
}
