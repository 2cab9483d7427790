"use client";
import { type KeyboardEvent, useCallback } from "react";
import type { CanvasModel } from "./canvas-model";
import type { Positions } from "./geometry";
import { isDirection, neighbourOf } from "./neighbour";
import { useFocusStep } from "./use-focus-step";

type Keys = {
  model: CanvasModel;
  positions: Positions;
  onSelect: (ids: readonly string[]) => void;
  onOpen: ((id: string) => void) | undefined;
};

/** The edge that has the focus. */
const edgeAt = (target: EventTarget) =>
  target instanceof SVGElement && target.classList.contains("react-flow__edge") ? target.dataset.id : undefined;

/** Arrow keys move the focus along the graph, space selects, Enter selects and opens, an edge as well. Typing in a field is left alone. */
export function useCanvasKeys({ model, positions, onSelect, onOpen }: Keys) {
  const focusStep = useFocusStep();
  return useCallback(
    (event: KeyboardEvent<HTMLElement>) => {
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      const edge = edgeAt(event.target);
      if (edge && (event.key === "Enter" || event.key === " ")) {
        event.preventDefault();
        onSelect([edge]);
        if (event.key === "Enter") onOpen?.(edge);
      }
      if (!(event.target instanceof HTMLElement)) return;
      if (!event.target.classList.contains("react-flow__node")) return;
      const id = event.target.dataset.id;
      if (!id) return;
      if (isDirection(event.key)) {
        const next = neighbourOf(id, event.key, model, positions);
        event.preventDefault();
        if (next) focusStep(next);
      } else if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        onSelect([id]);
        if (event.key === "Enter") onOpen?.(id);
      }
    },
    [model, positions, onSelect, onOpen, focusStep],
  );
}
