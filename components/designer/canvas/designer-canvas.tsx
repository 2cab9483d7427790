"use client";
import { LayoutGrid, Redo2, Undo2 } from "lucide-react";
import { type DragEvent, useCallback, useMemo, useRef } from "react";
import type { Connection, NodeChange, OnConnectEnd } from "reactflow";
import type { CanvasNode } from "@/components/canvas/flow";
import { CARD } from "@/components/canvas/geometry";
import { SagaCanvas } from "@/components/canvas/saga-canvas";
import { Button } from "@/components/ui/button";
import { Tooltip } from "@/components/ui/tooltip";
import { isChoreography, type SagaDocument } from "@/engine/definition/document";
import type { Layout } from "../changes/change";
import { connectProblem } from "../changes/edge-changes";
import { reactProblem } from "../changes/reaction-changes";
import { countByStep, isEmpty } from "../document/problems";
import { useDesigner } from "../state/designer-context";
import { useEdits } from "../state/use-edits";
import { CanvasDoorOpener } from "./canvas-door";
import { offerType, readOffer } from "./edits";
import { EmptyCanvas } from "./empty-canvas";
import { InsertButton } from "./insert-button";

type DesignerCanvasProps = { canUndo: boolean; canRedo: boolean; onOpen: () => void };

/** The canvas with its hands: moving, joining, adding by drag and by key. What it shows is the document and nothing else. */
export function DesignerCanvas({ canUndo, canRedo, onOpen }: DesignerCanvasProps) {
  const { document, mayEdit, readOnly, problems, selected, select, undo, redo, canvas } = useDesigner();
  const edits = useEdits();
  const handlers = useCanvasHandlers(onOpen);
  const counts = useMemo(() => countByStep(document, problems), [document, problems]);
  const open = useCallback(() => onOpen(), [onOpen]);
  const isReactions = isChoreography(document);
  return (
    <div className="relative size-full">
      <SagaCanvas
        document={document}
        selected={selected}
        onSelect={select}
        onOpen={open}
        problems={counts}
        editable={!readOnly}
        handlers={handlers}
        {...(readOnly || isReactions ? {} : { edgeTools: insertTool })}
        label={`${isReactions ? "Reactions" : "Steps"} of the draft`}
        tools={
          mayEdit && (
            <>
              <Tooltip content="Lay the graph out anew">
                <Button size="sm" disabled={readOnly} onClick={() => void edits.tidy()}>
                  <LayoutGrid aria-hidden /> Tidy
                </Button>
              </Tooltip>
              <Button size="icon-sm" aria-label="Undo (ctrl+Z)" disabled={!canUndo} onClick={undo}>
                <Undo2 aria-hidden />
              </Button>
              <Button size="icon-sm" aria-label="Redo (ctrl+Y)" disabled={!canRedo} onClick={redo}>
                <Redo2 aria-hidden />
              </Button>
            </>
          )
        }
      >
        <CanvasDoorOpener door={canvas} />
      </SagaCanvas>
      {isEmpty(document) && <EmptyCanvas />}
    </div>
  );
}

const joinProblem = (document: SagaDocument, from: string, to: string) =>
  (isChoreography(document) ? reactProblem : connectProblem)(document, from, to);

const insertTool = (edge: { data: { index: number } }) => <InsertButton edge={edge.data.index} />;

/** Pointer edits as changes. Each drag is one step of the undo history. */
function useCanvasHandlers(onOpen: () => void) {
  const designer = useDesigner();
  const edits = useEdits();
  const now = useRef({ designer, edits, onOpen });
  now.current = { designer, edits, onOpen };
  const drags = useRef(0);
  return useMemo(() => {
    const canvas = () => now.current.designer.canvas.current;
    return {
      onNodeDragStart: () => {
        drags.current++;
      },
      onNodesChange: (changes: NodeChange<CanvasNode>[]) => {
        const positions: Record<string, Layout[string]> = {};
        for (const change of changes)
          if (change.type === "position" && change.position) positions[change.id] = change.position;
        if (Object.keys(positions).length === 0 || now.current.designer.readOnly) return;
        now.current.designer.change({ type: "move", positions, pins: canvas()?.pins() ?? {} }, `move ${drags.current}`);
      },
      onConnect: ({ source, target }: Connection) =>
        isChoreography(now.current.designer.document)
          ? now.current.edits.connect(source, target)
          : now.current.designer.change({ type: "connect", from: source, to: target }),
      isValidConnection: ({ source, target }: { source: string; target: string }) =>
        joinProblem(now.current.designer.document, source, target) === null,
      onConnectEnd: ((event, { toNode, fromNode, fromHandle }) => {
        const door = canvas();
        if (toNode || !fromNode || !door) return;
        const { clientX, clientY } = "changedTouches" in event ? (event.changedTouches[0] as Touch) : event;
        const point = door.toCanvas({ x: clientX, y: clientY });
        const back = fromHandle?.type === "target";
        const at = { x: point.x - (back ? CARD.width : 0), y: point.y - CARD.height / 2 };
        if (isChoreography(now.current.designer.document)) {
          if (!back) now.current.edits.add({ does: "send" }, { after: fromNode.id, at });
          return;
        }
        now.current.edits.add({ kind: "action" }, back ? { before: fromNode.id, at } : { after: fromNode.id, at });
      }) satisfies OnConnectEnd,
      onNodeDoubleClick: () => now.current.onOpen(),
      onEdgeDoubleClick: () => now.current.onOpen(),
      onDragOver: (event: DragEvent) => {
        if (!event.dataTransfer.types.includes(offerType)) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = "copy";
      },
      onDrop: (event: DragEvent) => {
        const offer = readOffer(event.dataTransfer.getData(offerType));
        const at = canvas()?.toCanvas({ x: event.clientX, y: event.clientY });
        if (!offer || !at) return;
        event.preventDefault();
        now.current.edits.add(offer, { at: { x: at.x - CARD.width / 2, y: at.y - CARD.height / 2 } });
      },
    };
  }, []);
}
