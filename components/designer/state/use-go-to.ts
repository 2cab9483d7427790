"use client";
import { useCallback } from "react";
import { toCanvasModel } from "@/components/canvas/canvas-model";
import { kindOf } from "@/components/canvas/step-kind";
import { keysOf } from "@/engine/definition/pointer";
import type { Problem } from "@/engine/problem";
import { tabOf } from "../document/problems";
import { useDesigner } from "./designer-context";

/** Selects what a problem is about, opens its part of the inspector and brings the step into view. */
export function useGoTo() {
  const { document, select, setTab, canvas } = useDesigner();
  return useCallback(
    (problem: Problem) => {
      const [root, index] = keysOf(problem.path);
      const edge =
        root === "edges" ? toCanvasModel(document).edges.find((other) => other.index === Number(index)) : undefined;
      if (edge) {
        select([edge.id]);
        return;
      }
      const step = document.steps.find((other) => other.id === problem.step);
      select(step ? [step.id] : []);
      if (!step) return;
      setTab(tabOf(problem, kindOf(step)));
      canvas.current?.focusStep(step.id);
    },
    [document, select, setTab, canvas],
  );
}
