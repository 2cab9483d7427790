"use client";
import { memo } from "react";
import type { NodeProps } from "reactflow";
import type { StepNode } from "../flow";
import { ShapeCard } from "./shape-card";

/** Pointed at both ends: the ways part here. Their conditions stand on the edges. */
export const DecisionNode = memo(function DecisionNode({ data, selected }: NodeProps<StepNode>) {
  return <ShapeCard kind="decision" data={data} selected={selected} />;
});
