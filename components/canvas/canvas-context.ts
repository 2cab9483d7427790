"use client";
import { createContext, type ReactNode, useContext } from "react";
import type { SagaEdgeData } from "./flow";

export type EdgeTools = (edge: { id: string; source: string; target: string; data: SagaEdgeData }) => ReactNode;

type CanvasContextValue = {
  /** Too far away to read more than a title. */
  readonly far: boolean;
  readonly editable: boolean;
  /** What the designer puts in the middle of an edge. */
  readonly edgeTools: EdgeTools | undefined;
};

export const CanvasContext = createContext<CanvasContextValue>({ far: false, editable: false, edgeTools: undefined });

export const useCanvas = () => useContext(CanvasContext);
