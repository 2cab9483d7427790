"use client";
import { useCallback, useEffect, useRef, useState } from "react";
import { useReactFlow, useStore } from "reactflow";
import type { RunState } from "@/engine/run/state";
import type { Distance } from "./canvas-context";
import type { CanvasModel } from "./canvas-model";
import { CARD, type Positions } from "./geometry";

/** Zooms below which less of a card can be read (canvas-context.ts). */
const MIDDLE = 0.7;
const FAR = 0.4;
const MAP = 0.2;
/** The first view never goes smaller than this: of a long saga it shows where things happen instead. */
const FIRST_MIN_ZOOM = 0.3;
/** Where cards are worked on, the first view keeps them readable and begins at the left instead of showing all. */
const FIRST_MIN_ZOOM_EDITABLE = 0.62;
const PADDING = 0.08;

export const useDistance = (): Distance => useStore(({ transform }) => distanceOf(transform[2]));

function distanceOf(zoom: number): Distance {
  if (zoom < MAP) return "map";
  if (zoom < FAR) return "far";
  return zoom < MIDDLE ? "middle" : "near";
}

type FitInput = {
  model: CanvasModel;
  state: RunState | null;
  positions: Positions;
  settled: boolean;
  editable: boolean;
};

/** Fits the graph once it is laid out, and on demand. Cards that are moved afterwards leave the view alone. */
export function useFit({ model, state, positions, settled, editable }: FitInput) {
  const { fitView, fitBounds, setViewport } = useReactFlow();
  const [ready, setReady] = useState(false);
  const fitted = useRef(false);
  const size = useStore((store) => (store.width > 0 ? { width: store.width, height: store.height } : null), sameSize);
  useEffect(() => {
    if (!ready || !settled || !size || fitted.current) return;
    fitted.current = true;
    const bounds = boundsOf([...positions.values()]);
    if (zoomToFit(bounds, size) >= (editable ? FIRST_MIN_ZOOM_EDITABLE : FIRST_MIN_ZOOM) || model.steps.length === 0) {
      void fitView({ padding: PADDING, maxZoom: 1 });
      return;
    }
    const at = positions.get(interest(model, state) ?? "") ?? { x: bounds.x, y: bounds.y };
    const zoom = editable ? FIRST_MIN_ZOOM_EDITABLE : 0.6;
    void setViewport({
      x: size.width * (editable ? 0.04 : 0.12) - at.x * zoom,
      y: size.height / 2 - (at.y + CARD.height / 2) * zoom,
      zoom,
    });
  }, [ready, settled, size, positions, model, state, editable, fitView, setViewport]);
  const fit = useCallback(() => {
    const bounds = boundsOf([...positions.values()]);
    void fitBounds(bounds, { padding: PADDING, duration: 150 });
  }, [positions, fitBounds]);
  return { fit, onInit: useCallback(() => setReady(true), []) };
}

type Size = { readonly width: number; readonly height: number };
const sameSize = (a: Size | null, b: Size | null) => a?.width === b?.width && a?.height === b?.height;

function boundsOf(points: readonly { x: number; y: number }[]) {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { x, y } of points) {
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x + CARD.width);
    bottom = Math.max(bottom, y + CARD.height);
  }
  return points.length === 0
    ? { x: 0, y: 0, width: CARD.width, height: CARD.height }
    : { x: left, y: top, width: right - left, height: bottom - top };
}

const zoomToFit = (bounds: Size, size: Size) =>
  Math.min(size.width / (bounds.width * (1 + 2 * PADDING)), size.height / (bounds.height * (1 + 2 * PADDING)));

/** The step to look at first: what runs, is undone or failed; else the first. */
function interest(model: CanvasModel, state: RunState | null): string | null {
  const busy = ["compensation_failed", "compensating", "executing", "failed"].map(
    (status) => state?.steps.find((step) => step.status === status)?.id,
  );
  const first = model.terminals.find(({ role }) => role === "start") ?? model.steps[0];
  return busy.find((id) => id !== undefined) ?? first?.id ?? null;
}
