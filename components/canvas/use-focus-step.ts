"use client";
import { useCallback } from "react";
import { useReactFlow, useStoreApi } from "reactflow";
import type { CanvasNode, SagaEdge } from "./flow";
import { panInto, type Rect, rectOf } from "./view";

/** Nothing is made smaller than this to come into view. */
const LEAST_ZOOM = 0.5;
const DURATION_MS = 160;
/** A card that comes into view is drawn some frames later. */
const FRAMES = 40;

const still = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Brings a card into view when it is not, with those beside it if that is asked, then gives it the focus. */
export function useFocusStep() {
  const flow = useReactFlow<CanvasNode, SagaEdge>();
  const store = useStoreApi();
  return useCallback(
    (id: string, beside: readonly string[] = []) => {
      const rectAt = (card: string): Rect | null => {
        const node = flow.getNode(card);
        return node ? { ...node.position, width: node.width ?? 0, height: node.height ?? 0 } : null;
      };
      const own = rectAt(id);
      if (!own) return;
      const { transform, width, height, domNode } = store.getState();
      const view = { x: transform[0], y: transform[1], zoom: transform[2] };
      const shown = rectOf([own, ...beside.flatMap((card) => rectAt(card) ?? [])]);
      const next = panInto(shown, own, view, { width, height }, LEAST_ZOOM);
      if (next.x !== view.x || next.y !== view.y || next.zoom !== view.zoom)
        void flow.setViewport(next, { duration: still() ? 0 : DURATION_MS });
      const focus = (tries: number) => {
        const card = domNode?.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(id)}"]`);
        if (card) card.focus({ preventScroll: true });
        else if (tries > 0) requestAnimationFrame(() => focus(tries - 1));
      };
      focus(FRAMES);
    },
    [flow, store],
  );
}
