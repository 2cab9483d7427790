"use client";
import { memo } from "react";
import type { NodeProps } from "reactflow";
import type { StepNode } from "../flow";
import { ShapeCard } from "./shape-card";

/** Notched where a word from outside comes in. */
export const SignalNode = memo(function SignalNode({ data, selected }: NodeProps<StepNode>) {
  return <ShapeCard kind="signal" data={data} selected={selected} />;
});
