"use client";
import type { ReactNode } from "react";
import { Dock } from "@/components/ui/dock";
import { Tabs, TabsContent, TabsList, TabsTrigger } from "@/components/ui/tabs";
import { useStored } from "@/components/ui/use-stored";
import { useDesigner } from "../state/designer-context";
import { CodePanel, type CodePanelProps } from "./code-panel";
import { ProblemsPanel } from "./problems-panel";

export type DockTab = "problems" | "code";

type DesignerDockProps = CodePanelProps & { tab: DockTab; onTab: (tab: DockTab) => void; aside?: ReactNode };

/** Below the canvas: what is wrong, and the same document as code. */
export function DesignerDock({ tab, onTab, aside, ...code }: DesignerDockProps) {
  const { problems } = useDesigner();
  return (
    <Dock name="Problems and code" initial={220} min={39} max={720}>
      <Tabs value={tab} onValueChange={(next) => onTab(next as DockTab)} className="flex-1">
        <TabsList aside={aside}>
          <TabsTrigger value="problems" count={problems.length}>
            Problems
          </TabsTrigger>
          <TabsTrigger value="code">Code</TabsTrigger>
        </TabsList>
        <TabsContent value="problems" className="overflow-y-auto">
          <ProblemsPanel />
        </TabsContent>
        <TabsContent value="code" className="flex flex-col">
          <CodePanel {...code} />
        </TabsContent>
      </Tabs>
    </Dock>
  );
}

/** The dock's tab as this browser remembers it. */
export function useDockTab(): readonly [DockTab, (tab: DockTab) => void] {
  const [stored, store] = useStored("designer.dock", "problems");
  return [stored === "code" ? "code" : "problems", store];
}
