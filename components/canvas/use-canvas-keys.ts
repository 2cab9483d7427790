"use client";
import { type KeyboardEvent, useCallback } from "react";
import { useReactFlow, useStoreApi } from "reactflow";
import type { CanvasModel } from "./canvas-model";
import { CARD, type Positions } from "./geometry";
import { isDirection, neighbourOf } from "./neighbour";

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
  const focusStep = useFocusStep(positions);
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

/** Brings a step into view when it is not, then gives it the focus. */
export function useFocusStep(positions: Positions) {
  const { setCenter, getZoom } = useReactFlow();
  const store = useStoreApi();
  return useCallback(
    (id: string) => {
      const point = positions.get(id);
      if (!point) return;
      const { transform, width, height, domNode } = store.getState();
      const [tx, ty, zoom] = transform;
      const left = tx + point.x * zoom;
      const top = ty + point.y * zoom;
      const inView = left >= 0 && top >= 0 && left + CARD.width * zoom <= width && top + CARD.height * zoom <= height;
      if (!inView) void setCenter(point.x + CARD.width / 2, point.y + CARD.height / 2, { zoom: getZoom() });
      const focus = (tries: number) => {
        const card = domNode?.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(id)}"]`);
        if (card) card.focus();
        else if (tries > 0) requestAnimationFrame(() => focus(tries - 1));
      };
      focus(10);
    },
    [positions, store, setCenter, getZoom],
  );
}
