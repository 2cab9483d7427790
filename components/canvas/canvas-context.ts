"use client";
import { createContext, type ReactNode, useContext } from "react";
import type { SagaEdgeData } from "./flow";

export type EdgeTools = (edge: { id: string; source: string; target: string; data: SagaEdgeData }) => ReactNode;

/**
 * How much of a card can be read at this zoom: all of it; both halves in larger letters; its title and state; its state
 * alone.
 */
export type Distance = "near" | "middle" | "far" | "map";

/** Events on edges are named as long as their names can be read; from further away each is a dot. */
export type Chips = "names" | "dots";

type CanvasContextValue = {
  readonly distance: Distance;
  readonly chips: Chips;
  readonly editable: boolean;
  /** What the designer puts in the middle of an edge. */
  readonly edgeTools: EdgeTools | undefined;
};

export const CanvasContext = createContext<CanvasContextValue>({
  distance: "near",
  chips: "names",
  editable: false,
  edgeTools: undefined,
});

export const useCanvas = () => useContext(CanvasContext);
