"use client";
import { ArrowUpRight } from "lucide-react";
import Link from "next/link";
import { memo } from "react";
import type { NodeProps } from "reactflow";
import { paths } from "@/contract/paths";
import type { StepNode } from "../flow";
import { kindIcons } from "../step-kind";
import { PairCard } from "./pair-card";

/** A double border: another saga is inside. It opens that saga, and in a run the run that was begun. */
export const SagaNode = memo(function SagaNode({ data, selected }: NodeProps<StepNode>) {
  return (
    <PairCard
      data={data}
      selected={selected}
      icon={kindIcons.saga}
      className="inset-[3px] rounded-[7px]"
      behind={<span aria-hidden className="absolute inset-0 rounded-lg border border-line-strong bg-raised" />}
      aside={<ChildLink data={data} />}
    />
  );
});

function ChildLink({ data: { step, state } }: Pick<NodeProps<StepNode>, "data">) {
  const saga = step.about.command;
  const run = state?.child;
  if (!saga || (state && !run)) return null;
  return (
    <Link
      href={run ? paths.run(run) : paths.saga(saga)}
      aria-label={run ? `Open the run of ${saga}` : `Open ${saga}`}
      title={run ? "Open its run" : "Open this saga"}
      className="nodrag nopan grid size-[18px] shrink-0 place-items-center rounded-sm text-ink-2 hover:bg-hover hover:text-ink"
    >
      <ArrowUpRight aria-hidden className="size-3.5" />
    </Link>
  );
}
