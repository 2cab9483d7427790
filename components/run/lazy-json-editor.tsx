"use client";
import { lazy, Suspense } from "react";
import { Skeleton } from "@/components/ui/skeleton";
import type { JsonEditorProps } from "./json-editor";

const Editor = lazy(() => import("./json-editor").then((module) => ({ default: module.JsonEditor })));

/** The JSON editor, fetched when first needed. */
export function LazyJsonEditor(props: JsonEditorProps) {
  return (
    <Suspense fallback={<Skeleton className="h-[72px] w-full" />}>
      <Editor {...props} />
    </Suspense>
  );
}
