"use client";
import { memo } from "react";
import type { NodeProps } from "reactflow";
import type { StepNode } from "../flow";
import { PairCard } from "./pair-card";

/** The card of a command and the command that undoes it. */
export const ActionNode = memo(function ActionNode({ data, selected }: NodeProps<StepNode>) {
  return <PairCard data={data} selected={selected} />;
});
