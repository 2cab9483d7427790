"use client";
import "reactflow/dist/base.css";
import "./canvas.css";
import { type CSSProperties, type ReactNode, useCallback, useMemo, useRef } from "react";
import {
  Background,
  BackgroundVariant,
  type EdgeChange,
  type NodeChange,
  ReactFlow,
  type ReactFlowProps,
  ReactFlowProvider,
} from "reactflow";
import { cn } from "@/components/ui/cn";
import type { SagaDocument } from "@/engine/definition/document";
import type { RunState } from "@/engine/run/state";
import { CanvasContext, type EdgeTools } from "./canvas-context";
import { toCanvasModel } from "./canvas-model";
import { CanvasSkeleton } from "./canvas-skeleton";
import type { TakenEdges } from "./edge-face";
import { EdgeMarkers } from "./edge-markers";
import type { CanvasNode, ProblemCount, SagaEdge } from "./flow";
import { pivotLine } from "./geometry";
import { GraphMap } from "./graph-map";
import { nodeTypes } from "./nodes/node-types";
import { ShapeClips } from "./nodes/shape-clips";
import { PivotRule } from "./pivot-rule";
import { SagaEdgeLine } from "./saga-edge";
import { applySelection } from "./selection";
import { useCanvasKeys } from "./use-canvas-keys";
import { useChipScale, useChips, useDistance, useFit, useIsCut } from "./use-fit";
import { useFlow } from "./use-flow";
import { usePositions } from "./use-positions";
import { ZoomControls } from "./zoom-controls";

/** What React Flow takes that the canvas does not decide itself: the designer's doors. */
export type FlowHandlers = Pick<
  ReactFlowProps<CanvasNode, SagaEdge>,
  | "onNodesChange"
  | "onEdgesChange"
  | "onConnect"
  | "onConnectStart"
  | "onConnectEnd"
  | "onReconnect"
  | "isValidConnection"
  | "onNodeDragStart"
  | "onNodeDragStop"
  | "onNodeDoubleClick"
  | "onEdgeDoubleClick"
  | "onNodeContextMenu"
  | "onPaneClick"
  | "onPaneContextMenu"
  | "onDrop"
  | "onDragOver"
  | "onSelectionDragStop"
  | "selectionOnDrag"
  | "panOnDrag"
  | "snapToGrid"
  | "snapGrid"
  | "deleteKeyCode"
>;

export type SagaCanvasProps = {
  document: SagaDocument;
  /** The moment of a run that is shown, live, replayed or rehearsed alike; none: the definition alone. */
  state?: RunState | null;
  /** Which edges were taken, from the log (`takenEdges`); guessed from the state without it. */
  taken?: TakenEdges;
  /** Ids of steps and edges. */
  selected: readonly string[];
  onSelect: (ids: readonly string[]) => void;
  /** Enter on a step. */
  onOpen?: (id: string) => void;
  /** What lint found, by step. */
  problems?: ReadonlyMap<string, ProblemCount>;
  /** Cards can be moved and connected: changes are told through `handlers`, and nothing is kept here. */
  editable?: boolean;
  handlers?: FlowHandlers;
  /** Drawn in the middle of each edge. */
  edgeTools?: EdgeTools;
  /** More buttons beside the zoom controls. */
  tools?: ReactNode;
  label?: string;
  className?: string;
  /** Inside React Flow: panels, and components that use its hooks. */
  children?: ReactNode;
};

const edgeTypes = { saga: SagaEdgeLine };
const MIN_ZOOM = 0.05;

/** A saga drawn as a graph of two-half cards. Controlled: what it shows is the document and the state, never its own. */
export function SagaCanvas(props: SagaCanvasProps) {
  return (
    <ReactFlowProvider>
      <Canvas {...props} />
    </ReactFlowProvider>
  );
}

function Canvas(props: SagaCanvasProps) {
  const { document, state = null, selected, onSelect, onOpen, editable = false, handlers, edgeTools, tools } = props;
  const model = toCanvasModel(document);
  const { positions, settled } = usePositions(document, model, editable);
  const { nodes, edges } = useFlow(props, positions);
  const { fit, onInit, isPlaced } = useFit({ model, state, positions, settled, editable });
  const distance = useDistance();
  const chips = useChips();
  const chipScale = useChipScale();
  const isCut = useIsCut(model, positions);
  const select = useSelection(selected, onSelect);
  const onKeyDown = useCanvasKeys({ model, positions, onSelect, onOpen });
  const { onNodesChange, onEdgesChange } = handlers ?? {};
  const nodesChange = useCallback(
    (changes: NodeChange<CanvasNode>[]) => {
      select(changes);
      onNodesChange?.(changes);
    },
    [select, onNodesChange],
  );
  const edgesChange = useCallback(
    (changes: EdgeChange<SagaEdge>[]) => {
      select(changes);
      onEdgesChange?.(changes);
    },
    [select, onEdgesChange],
  );
  const context = useMemo(() => ({ distance, chips, editable, edgeTools }), [distance, chips, editable, edgeTools]);
  return (
    <CanvasContext value={context}>
      <section
        aria-label={props.label ?? "Graph"}
        onKeyDown={onKeyDown}
        data-distance={distance}
        style={{ "--chip-scale": chipScale } as CSSProperties}
        className={cn("saga-canvas relative size-full min-h-0 bg-canvas", props.className)}
      >
        {!isPlaced && <CanvasSkeleton />}
        <EdgeMarkers />
        <ShapeClips />
        <ReactFlow<CanvasNode, SagaEdge>
          deleteKeyCode={null}
          {...handlers}
          nodes={nodes}
          edges={edges}
          nodeTypes={nodeTypes}
          edgeTypes={edgeTypes}
          onInit={onInit}
          onNodesChange={nodesChange}
          onEdgesChange={edgesChange}
          nodesDraggable={editable}
          nodesConnectable={editable}
          edgesFocusable={editable}
          elementsSelectable
          disableKeyboardA11y
          onlyRenderVisibleElements
          panOnScroll
          zoomOnDoubleClick={false}
          minZoom={MIN_ZOOM}
          maxZoom={2}
          className={cn("transition-opacity duration-150", !isPlaced && "opacity-0")}
        >
          <Background variant={BackgroundVariant.Dots} gap={20} size={1.5} color="var(--color-dot)" />
          {model.steps.map((step) => {
            if (step.class !== "pivot") return null;
            const x = pivotLine(step.id, model, positions);
            const at = state?.steps.find((other) => other.id === step.id);
            return x === null ? null : <PivotRule key={step.id} x={x} status={at?.status ?? null} />;
          })}
          <ZoomControls onFit={fit}>{tools}</ZoomControls>
          {settled && isCut && <GraphMap model={model} positions={positions} />}
          {props.children}
        </ReactFlow>
      </section>
    </CanvasContext>
  );
}

/** Nodes and edges tell their selection in two calls of one tick: each builds on what the other said. */
function useSelection(selected: readonly string[], onSelect: (ids: readonly string[]) => void) {
  const latest = useRef(selected);
  latest.current = selected;
  return useCallback(
    (changes: readonly (NodeChange<CanvasNode> | EdgeChange<SagaEdge>)[]) => {
      const next = applySelection(latest.current, changes);
      if (next === latest.current) return;
      latest.current = next;
      onSelect(next);
    },
    [onSelect],
  );
}
