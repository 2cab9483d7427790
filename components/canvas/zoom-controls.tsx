"use client";
import { Minus, Plus } from "lucide-react";
import type { ReactNode } from "react";
import { Panel, useReactFlow, useStore } from "reactflow";
import { Button } from "@/components/ui/button";
import { Tooltip } from "@/components/ui/tooltip";

/** Zoom out, how far, zoom in; the figure fits the graph into view. `children`: more tools beside them. */
export function ZoomControls({ onFit, children }: { onFit: () => void; children?: ReactNode }) {
  const { zoomIn, zoomOut } = useReactFlow();
  const percent = useStore((store) => Math.round(store.transform[2] * 100));
  return (
    <Panel position="bottom-left" className="flex items-center gap-2">
      <Button size="icon-sm" aria-label="Zoom out" onClick={() => zoomOut({ duration: 120 })}>
        <Minus aria-hidden />
      </Button>
      <Tooltip content="Fit the graph into view">
        <Button
          size="sm"
          className="min-w-14 tabular-nums"
          aria-label={`Zoom is ${percent} %. Fit the graph into view`}
          onClick={onFit}
        >
          {percent} %
        </Button>
      </Tooltip>
      <Button size="icon-sm" aria-label="Zoom in" onClick={() => zoomIn({ duration: 120 })}>
        <Plus aria-hidden />
      </Button>
      {children}
    </Panel>
  );
}
