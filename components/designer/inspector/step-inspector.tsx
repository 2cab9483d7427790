"use client";
import { Copy, Trash2 } from "lucide-react";
import { stepTitle } from "@/components/canvas/canvas-model";
import { hasKind, kindIcons, kindOf } from "@/components/canvas/step-kind";
import { Button } from "@/components/ui/button";
import { Tabs, TabsContent, TabsList, TabsTrigger } from "@/components/ui/tabs";
import { Tooltip } from "@/components/ui/tooltip";
import type { StepDocument } from "@/engine/definition/document";
import { stepKinds } from "@/engine/steps";
import { type InspectorTab, tabOf, tabsOf } from "../document/problems";
import { useDesigner } from "../state/designer-context";
import { useEdits } from "../state/use-edits";
import type { ActingStep } from "./class-field";
import { CompensationTab } from "./compensation-tab";
import { DataTab } from "./data-tab";
import { NotesTab } from "./notes-tab";
import { PanelHeader } from "./panel-header";
import { ReliabilityTab } from "./reliability-tab";
import { StepProblems } from "./step-problems";
import { StepTab } from "./step-tab";

const labels = {
  compensation: "Compensation",
  reliability: "Reliability",
  data: "Data",
  notes: "Notes",
} as const satisfies Record<Exclude<InspectorTab, "step">, string>;

/** Of a step whose kind there is none of. */
const strangeTabs: readonly InspectorTab[] = ["step", "notes"];

/** One step as a form. */
export function StepInspector({ step }: { step: StepDocument }) {
  const { tab: wanted, setTab, readOnly, problems } = useDesigner();
  const kind = kindOf(step);
  const tabs = hasKind(step) ? tabsOf(kind) : strangeTabs;
  const tab = tabs.includes(wanted) ? wanted : "step";
  const edits = useEdits();
  const own = problems.filter((problem) => problem.step === step.id);
  return (
    <>
      <PanelHeader
        icon={kindIcons[kind]}
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
          {tabs.map((value) => {
            const count = own.filter((problem) => tabOf(problem, kind) === value).length;
            return (
              <TabsTrigger key={value} value={value} disabled={false} {...(count > 0 ? { count } : {})}>
                {value === "step" ? stepKinds[kind].title : labels[value]}
              </TabsTrigger>
            );
          })}
        </TabsList>
        <TabsContent value={tab} className="flex flex-col gap-4 overflow-y-auto p-4" tabIndex={-1}>
          <StepProblems problems={own.filter((problem) => tabOf(problem, kind) === tab)} />
          {tab === "step" && <StepTab key={kind} step={step} />}
          {tab === "compensation" && isActing(step) && <CompensationTab step={step} />}
          {tab === "reliability" && isActing(step) && <ReliabilityTab step={step} />}
          {tab === "data" && <DataTab step={step} />}
          {tab === "notes" && <NotesTab step={step} />}
        </TabsContent>
      </Tabs>
    </>
  );
}

/** The kinds whose forms have the parts about undoing and retrying. */
const isActing = (step: StepDocument): step is ActingStep => tabsOf(kindOf(step)).includes("compensation");
