"use client";
import { memo } from "react";
import type { NodeProps } from "reactflow";
import type { StepNode } from "../flow";
import { ShapeCard } from "./shape-card";

/** Leaning: values go in, others come out, and nobody is called. */
export const TransformNode = memo(function TransformNode({ data, selected }: NodeProps<StepNode>) {
  return <ShapeCard kind="transform" data={data} selected={selected} />;
});
