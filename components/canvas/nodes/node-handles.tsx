import type { ReactNode } from "react";
import { Handle, Position } from "reactflow";
import { cn } from "@/components/ui/cn";
import { useCanvas } from "../canvas-context";
import type { CardKind } from "../step-kind";
import { handleInset } from "./silhouettes";

/** A card between the two points where edges come in and go out. */
export function NodeHandles({ kind, children }: { kind: CardKind; children: ReactNode }) {
  const { editable } = useCanvas();
  const handle = cn("saga-handle", !editable && "saga-handle-quiet");
  const { left, right } = handleInset(kind);
  return (
    <>
      <Handle type="target" position={Position.Left} className={handle} style={{ left }} />
      {children}
      <Handle type="source" position={Position.Right} className={handle} style={{ right }} />
    </>
  );
}
