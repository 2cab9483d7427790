"use client";
import { Copy, Play, Trash2 } from "lucide-react";
import { stepTitle } from "@/components/canvas/canvas-model";
import { Button } from "@/components/ui/button";
import { Tabs, TabsContent, TabsList, TabsTrigger } from "@/components/ui/tabs";
import { Tooltip } from "@/components/ui/tooltip";
import type { StepDocument } from "@/engine/definition/document";
import { type InspectorTab, tabOf } from "../document/problems";
import { useDesigner } from "../state/designer-context";
import { useEdits } from "../state/use-edits";
import { ActionTab } from "./action-tab";
import { CompensationTab } from "./compensation-tab";
import { DataTab } from "./data-tab";
import { NotesTab } from "./notes-tab";
import { PanelHeader } from "./panel-header";
import { ReliabilityTab } from "./reliability-tab";
import { StepProblems } from "./step-problems";

const tabs = [
  ["action", "Action"],
  ["compensation", "Compensation"],
  ["reliability", "Reliability"],
  ["data", "Data"],
  ["notes", "Notes"],
] as const satisfies readonly (readonly [InspectorTab, string])[];

/** One step as a form. */
export function StepInspector({ step }: { step: StepDocument }) {
  const { tab, setTab, readOnly, problems } = useDesigner();
  const edits = useEdits();
  const own = problems.filter((problem) => problem.step === step.id);
  return (
    <>
      <PanelHeader
        icon={Play}
        title={stepTitle(step)}
        aside={
          !readOnly && (
            <>
              <Tooltip content="Duplicate (ctrl+D)">
                <Button variant="ghost" size="icon-sm" aria-label="Duplicate" onClick={edits.duplicate}>
                  <Copy aria-hidden />
                </Button>
              </Tooltip>
              <Tooltip content="Delete (Del)">
                <Button variant="ghost" size="icon-sm" aria-label="Delete" onClick={edits.remove}>
                  <Trash2 aria-hidden />
                </Button>
              </Tooltip>
            </>
          )
        }
      />
      <Tabs value={tab} onValueChange={(next) => setTab(next as InspectorTab)} className="flex-1">
        <TabsList className="px-4 [&>[role=tablist]]:gap-0.5">
          {tabs.map(([value, label]) => {
            const count = own.filter((problem) => tabOf(problem) === value).length;
            return (
              <TabsTrigger key={value} value={value} disabled={false} {...(count > 0 ? { count } : {})}>
                {label}
              </TabsTrigger>
            );
          })}
        </TabsList>
        <TabsContent value={tab} className="flex flex-col gap-4 overflow-y-auto p-4" tabIndex={-1}>
          <StepProblems problems={own.filter((problem) => tabOf(problem) === tab)} />
          {tab === "action" && <ActionTab step={step} />}
          {tab === "compensation" && <CompensationTab step={step} />}
          {tab === "reliability" && <ReliabilityTab step={step} />}
          {tab === "data" && <DataTab step={step} />}
          {tab === "notes" && <NotesTab step={step} />}
        </TabsContent>
      </Tabs>
    </>
  );
}
