import type { ComponentType } from "react";
import type { SagaStep } from "@/engine/definition/saga";
import type { StepState } from "@/engine/run/state";
import type { Moment } from "../moment";
import { ResultOf, Section, WorkTabs } from "../work-tabs";
import { ApprovalBody } from "./approval-body";
import { ChildBody } from "./child-body";
import { DecisionBody } from "./decision-body";
import { ItemsBody } from "./items-body";
import { ReactionBody } from "./reaction-body";
import { SignalBody } from "./signal-body";
import { WaitFacts } from "./wait-facts";

export type KindBodyProps = {
  moment: Moment;
  spec: SagaStep;
  step: StepState;
  onSelect: (step: string, item?: number) => void;
};

/** What the inspector shows of a step, below its name: that depends on what kind of step it is. */
const bodies = {
  action: ActionBody,
  decision: DecisionBody,
  wait: WaitBody,
  signal: SignalBody,
  approval: ApprovalBody,
  transform: TransformBody,
  forEach: ItemsBody,
  saga: ChildBody,
  reaction: ReactionBody,
} as const satisfies Record<SagaStep["kind"], ComponentType<KindBodyProps>>;

export function KindBody(props: KindBodyProps) {
  const Body = bodies[props.spec.kind];
  return <Body key={props.spec.id} {...props} />;
}

function ActionBody({ moment, spec, step }: KindBodyProps) {
  return <WorkTabs moment={moment} spec={spec} step={step} item={null} name={spec.title} />;
}

function WaitBody({ moment, spec, step }: KindBodyProps) {
  return (
    <div className="border-b p-4">
      <WaitFacts moment={moment} spec={spec} step={step} />
    </div>
  );
}

function TransformBody({ step }: KindBodyProps) {
  return (
    <div className="border-b p-4">
      <Section title="Result">
        <ResultOf work={step} />
      </Section>
    </div>
  );
}
