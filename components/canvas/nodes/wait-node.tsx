"use client";
import { memo } from "react";
import type { NodeProps } from "reactflow";
import type { StepNode } from "../flow";
import { ShapeCard } from "./shape-card";

/** Round: time goes by. */
export const WaitNode = memo(function WaitNode({ data, selected }: NodeProps<StepNode>) {
  return <ShapeCard kind="wait" data={data} selected={selected} />;
});
