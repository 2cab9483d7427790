"use client";
import { Button } from "@/components/ui/button";
import type { Problem } from "@/engine/problem";
import { useDesigner } from "../state/designer-context";
import { quickFixOf } from "./quick-fix";

/** Offers the obvious remedy of a problem. */
export function QuickFixButton({ problem }: { problem: Problem }) {
  const { document, readOnly, change, select, setTab } = useDesigner();
  const fix = readOnly ? null : quickFixOf(document, problem);
  if (!fix) return null;
  return (
    <Button
      size="sm"
      onClick={(event) => {
        event.stopPropagation();
        change(fix.change);
        if (problem.step) select([problem.step]);
        if (fix.tab) setTab(fix.tab);
      }}
    >
      {fix.label}
    </Button>
  );
}
