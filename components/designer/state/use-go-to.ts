"use client";
import { useCallback } from "react";
import { toCanvasModel } from "@/components/canvas/canvas-model";
import { kindOf } from "@/components/canvas/step-kind";
import { keysOf } from "@/engine/definition/pointer";
import type { Problem } from "@/engine/problem";
import { cardOf, reactionTabOf, tabOf } from "../document/problems";
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
      const card = cardOf(document, problem);
      const step = document.steps.find((other) => other.id === card);
      if (card === undefined || !toCanvasModel(document).stepOf.has(card)) return select([]);
      select([card]);
      setTab(step ? tabOf(problem, kindOf(step)) : reactionTabOf(document, problem));
      canvas.current?.focusStep(card);
    },
    [document, select, setTab, canvas],
  );
}
