import type { ReactNode } from "react";
import { Handle, Position } from "reactflow";
import { cn } from "@/components/ui/cn";
import type { StepKind } from "@/engine/definition/saga";
import { useCanvas } from "../canvas-context";
import { handleInset } from "./silhouettes";

/** A card between the two points where edges come in and go out. */
export function NodeHandles({ kind, children }: { kind: StepKind; children: ReactNode }) {
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
