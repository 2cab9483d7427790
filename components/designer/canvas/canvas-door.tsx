"use client";
import { type RefObject, useEffect } from "react";
import { useReactFlow, useStoreApi } from "reactflow";
import type { CanvasNode, SagaEdge } from "@/components/canvas/flow";
import { CARD, type Point, type Positions } from "@/components/canvas/geometry";
import { useFocusStep } from "@/components/canvas/use-focus-step";
import type { Layout } from "../changes/change";

/** What the parts around the canvas may ask of it. */
export type CanvasDoor = {
  /** Where every card is drawn now, whether the document says so or the layout did. */
  readonly positions: () => Positions;
  readonly pins: () => Layout;
  /** A point of the screen, in canvas coordinates. */
  readonly toCanvas: (point: Point) => Point;
  /** The middle of what is in view. */
  readonly middle: () => Point;
  /** Brings a step into view, with what it hangs on, and gives it the focus. */
  readonly focusStep: (id: string) => void;
  readonly fit: () => void;
};

/** Lives inside the canvas and opens its door to the outside. Draws nothing. */
export function CanvasDoorOpener({ door }: { door: RefObject<CanvasDoor | null> }) {
  const flow = useReactFlow<CanvasNode, SagaEdge>();
  const store = useStoreApi();
  const focusNow = useFocusStep();
  useEffect(() => {
    const positions = () => new Map(flow.getNodes().map((node) => [node.id, node.position]));
    door.current = {
      positions,
      pins: () => Object.fromEntries(positions()),
      toCanvas: (point) => flow.screenToFlowPosition(point),
      middle: () => {
        const box = store.getState().domNode?.getBoundingClientRect();
        if (!box) return { x: 0, y: 0 };
        const at = flow.screenToFlowPosition({ x: box.x + box.width / 2, y: box.y + box.height / 2 });
        return { x: at.x - CARD.width / 2, y: at.y - CARD.height / 2 };
      },
      // What was just added is there a frame later.
      focusStep: (id) => requestAnimationFrame(() => focusNow(id, before(flow.getEdges(), id))),
      fit: () => requestAnimationFrame(() => void flow.fitView({ padding: 0.12, maxZoom: 1, duration: 150 })),
    };
    return () => {
      door.current = null;
    };
  }, [door, flow, store, focusNow]);
  return null;
}

/** What a card hangs on. */
const before = (edges: readonly SagaEdge[], id: string): readonly string[] =>
  edges.flatMap(({ source, target, data }) => (target === id && !data?.undo ? [source] : []));
