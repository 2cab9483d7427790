"use client";
import { useCallback, useEffect, useMemo, useState } from "react";
import { useReactFlow, useStore } from "reactflow";
import type { RunState } from "@/engine/run/state";
import type { Chips, Distance } from "./canvas-context";
import type { CanvasModel } from "./canvas-model";
import { chipScale } from "./chip-words";
import { CARD, columnGap, isOfEvents, type Positions, placesOf, type Size } from "./geometry";
import { fitted, isInView, type Rect, rectOf, type View, viewAt, zoomToFit } from "./view";

/** Zooms below which less of a card can be read (canvas-context.ts). */
const MIDDLE = 0.7;
const FAR = 0.4;
const MAP = 0.2;
/** Below this an event is a dot. */
const NAMED = 0.3;
/** The first view never goes smaller than this: of a long saga it shows where things happen instead. */
const FIRST_MIN_ZOOM = 0.44;
const FIRST_ZOOM = 0.6;
/** Where cards are worked on, the first view keeps them readable and begins at the left instead of showing all. */
const FIRST_MIN_ZOOM_EDITABLE = 0.62;
/** A view that does not come to be exactly what was asked for is there all the same. */
const PATIENCE_MS = 400;
const PADDING = 0.06;

export const useDistance = (): Distance => useStore(({ transform }) => distanceOf(transform[2]));

export const useChips = (): Chips => useStore(({ transform }) => (transform[2] < NAMED ? "dots" : "names"));

export const useChipScale = (): number => useStore(({ transform }) => chipScale(transform[2]));

/** Whether part of the graph is out of sight. */
export function useIsCut(model: CanvasModel, positions: Positions): boolean {
  const bounds = useMemo(() => boundsOf(model, positions), [model, positions]);
  return useStore(({ transform: [x, y, zoom], width, height }) =>
    width === 0 ? false : !isInView(bounds, { x, y, zoom }, { width, height }),
  );
}

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

/**
 * Fits the graph once it is laid out, and on demand. Cards that are moved afterwards leave the view alone. `isPlaced`: what
 * is seen will not move by itself any more, so that a click hits what it was meant for.
 */
export function useFit({ model, state, positions, settled, editable }: FitInput) {
  const { fitBounds, setViewport } = useReactFlow();
  const [ready, setReady] = useState(false);
  const [first, setFirst] = useState<View | null>(null);
  const [isPlaced, setIsPlaced] = useState(false);
  const isThere = useStore(({ transform }) => first !== null && isAt(transform, first));
  const size = useStore((store) => (store.width > 0 ? { width: store.width, height: store.height } : null), sameSize);
  useEffect(() => {
    if (!ready || !settled || !size || first !== null) return;
    const view = firstView({ model, state, positions, editable, size });
    setFirst(view);
    void setViewport(view);
  }, [ready, settled, size, first, positions, model, state, editable, setViewport]);
  // React Flow moves the view some frames after it was told to.
  useEffect(() => {
    if (first === null || isPlaced) return;
    const arrived = setTimeout(() => setIsPlaced(true), isThere ? 0 : PATIENCE_MS);
    return () => clearTimeout(arrived);
  }, [first, isThere, isPlaced]);
  const fit = useCallback(() => {
    void fitBounds(boundsOf(model, positions), { padding: PADDING, duration: 150 });
  }, [model, positions, fitBounds]);
  return { fit, onInit: useCallback(() => setReady(true), []), isPlaced };
}

/** All of the graph, where that can be read; else what happens, or the beginning. */
function firstView({
  model,
  state,
  positions,
  editable,
  size,
}: Omit<FitInput, "settled"> & { readonly size: Size }): View {
  const bounds = boundsOf(model, positions);
  const least = editable ? FIRST_MIN_ZOOM_EDITABLE : FIRST_MIN_ZOOM;
  if (model.steps.length === 0 || zoomToFit(bounds, size, PADDING) >= least) return fitted(bounds, size, PADDING, 1);
  const at = positions.get(interest(model, state) ?? "") ?? bounds;
  const middle = { x: at.x, y: at.y + CARD.height / 2 };
  const place = { x: size.width * (editable ? 0.04 : 0.12), y: size.height / 2 };
  return viewAt(middle, place, editable ? FIRST_MIN_ZOOM_EDITABLE : FIRST_ZOOM, bounds, size);
}

const isAt = ([x, y, zoom]: readonly [number, number, number], view: View) =>
  Math.abs(x - view.x) + Math.abs(y - view.y) + Math.abs(zoom - view.zoom) < 0.01;

const sameSize = (a: Size | null, b: Size | null) => a?.width === b?.width && a?.height === b?.height;

/** All cards, and the room beside them where their events stand. */
export function boundsOf(model: CanvasModel, positions: Positions): Rect {
  const gap = isOfEvents(model) ? columnGap(model) : 0;
  const places = placesOf(model).flatMap(({ id, size }) => {
    const at = positions.get(id);
    return at ? [{ ...at, ...size, width: size.width + (model.outgoing.has(id) ? gap : 0) }] : [];
  });
  return places.length === 0 ? { x: 0, y: 0, ...CARD } : rectOf(places);
}

/** The step to look at first: what runs, is undone or failed; else the first. */
function interest(model: CanvasModel, state: RunState | null): string | null {
  const busy = ["compensation_failed", "compensating", "executing", "failed"].map(
    (status) => state?.steps.find((step) => step.status === status)?.id,
  );
  const first = model.terminals.find(({ role }) => role === "start") ?? model.steps[0];
  return busy.find((id) => id !== undefined) ?? first?.id ?? null;
}
