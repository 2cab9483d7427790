"use client";
import { memo } from "react";
import type { NodeProps } from "reactflow";
import type { StepNode } from "../flow";
import { kindIcons } from "../step-kind";
import { PairCard } from "./pair-card";

/** What a service does on an event; below it what undoes that, and on which events. */
export const ReactionNode = memo(function ReactionNode({ data, selected }: NodeProps<StepNode>) {
  const { undoOn = [] } = data.step.events ?? {};
  const undoAside = undoOn.length === 0 ? null : `on ${undoOn.join(", ")}`;
  return <PairCard data={data} selected={selected} icon={kindIcons.reaction} undoAside={undoAside} />;
});
