"use client";
import { useEffect, useMemo, useRef } from "react";
import { type Flow, reuseFlow, toFlow } from "./flow";
import type { Positions } from "./geometry";
import type { SagaCanvasProps } from "./saga-canvas";

/** The flow of the canvas's props; what did not change since the last drawing is the same object, and is not drawn again. */
export function useFlow(
  { document, state, taken, selected, problems, editable }: SagaCanvasProps,
  positions: Positions,
): Flow {
  const previous = useRef<Flow | null>(null);
  const flow = useMemo(() => {
    const next = toFlow(document, state ?? null, {
      positions,
      selected: new Set(selected),
      ...(taken ? { taken } : {}),
      ...(problems ? { problems } : {}),
      ...(editable ? { editable } : {}),
    });
    return reuseFlow(previous.current, next);
  }, [document, state, taken, selected, problems, editable, positions]);
  useEffect(() => {
    previous.current = flow;
  }, [flow]);
  return flow;
}
