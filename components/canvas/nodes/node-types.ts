import type { ComponentType } from "react";
import type { NodeProps } from "reactflow";
import type { StepNode, TerminalNode } from "../flow";
import type { CardKind } from "../step-kind";
import { ActionNode } from "./action-node";
import { ApprovalNode } from "./approval-node";
import { DecisionNode } from "./decision-node";
import { EventNode } from "./event-node";
import { ForEachNode } from "./for-each-node";
import { ReactionNode } from "./reaction-node";
import { SagaNode } from "./saga-node";
import { SignalNode } from "./signal-node";
import { TransformNode } from "./transform-node";
import { WaitNode } from "./wait-node";

/** The card of each kind of step, and of an event. */
export const nodeTypes = {
  action: ActionNode,
  decision: DecisionNode,
  wait: WaitNode,
  signal: SignalNode,
  approval: ApprovalNode,
  transform: TransformNode,
  forEach: ForEachNode,
  saga: SagaNode,
  reaction: ReactionNode,
  event: EventNode,
} as const satisfies Record<CardKind, ComponentType<NodeProps<StepNode>>> & {
  readonly event: ComponentType<NodeProps<TerminalNode>>;
};
