"use client";
import { memo } from "react";
import type { NodeProps } from "reactflow";
import type { StepNode } from "../flow";
import { ShapeCard } from "./shape-card";

/** A sheet to be signed, one corner turned down. */
export const ApprovalNode = memo(function ApprovalNode({ data, selected }: NodeProps<StepNode>) {
  return <ShapeCard kind="approval" data={data} selected={selected} />;
});
