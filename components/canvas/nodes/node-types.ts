import type { ComponentType } from "react";
import type { NodeProps } from "reactflow";
import type { StepKind } from "@/engine/definition/saga";
import type { StepNode } from "../flow";
import { ActionNode } from "./action-node";
import { ApprovalNode } from "./approval-node";
import { DecisionNode } from "./decision-node";
import { ForEachNode } from "./for-each-node";
import { SagaNode } from "./saga-node";
import { SignalNode } from "./signal-node";
import { TransformNode } from "./transform-node";
import { WaitNode } from "./wait-node";

/** The card of each kind of step. */
export const nodeTypes = {
  action: ActionNode,
  decision: DecisionNode,
  wait: WaitNode,
  signal: SignalNode,
  approval: ApprovalNode,
  transform: TransformNode,
  forEach: ForEachNode,
  saga: SagaNode,
} as const satisfies Record<StepKind, ComponentType<NodeProps<StepNode>>>;
