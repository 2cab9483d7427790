"use client";
import { yaml } from "@codemirror/lang-yaml";
import type { Extension } from "@codemirror/state";
import { useMemo, useRef } from "react";
import { contextPaths } from "../document/context-paths";
import type { Place } from "../document/place";
import { pathCompletion, type Writing } from "../editor/path-completion";
import { useDesigner } from "../state/designer-context";

/** Completion of what may be read at a place; the paths are looked up when they are asked for. */
export function useExpressionExtensions(place: Place, writing: Writing): readonly Extension[] {
  const { document } = useDesigner();
  const now = useRef({ document, place });
  now.current = { document, place };
  return useMemo(
    () => [
      ...(writing === "template" ? [yaml()] : []),
      pathCompletion(() => contextPaths(now.current.document, now.current.place), writing),
    ],
    [writing],
  );
}
