"use client";
import { memo } from "react";
import type { NodeProps } from "reactflow";
import type { StepNode } from "../flow";
import { kindIcons } from "../step-kind";
import { PairCard } from "./pair-card";

/** A stack of cards: the same command and the same undo, once for each item. */
export const ForEachNode = memo(function ForEachNode({ data, selected }: NodeProps<StepNode>) {
  return (
    <PairCard
      data={data}
      selected={selected}
      icon={kindIcons.forEach}
      className="top-1.5 right-1.5 bottom-0 left-0"
      behind={stack}
    />
  );
});

const stack = (
  <>
    <span aria-hidden className="absolute inset-0 mb-1.5 ml-1.5 rounded-lg border border-line-strong bg-raised" />
    <span
      aria-hidden
      className="absolute top-[3px] right-[3px] bottom-[3px] left-[3px] rounded-lg border border-line-strong bg-raised"
    />
  </>
);
