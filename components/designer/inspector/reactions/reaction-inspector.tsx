"use client";
import { Copy, Plus, Trash2, Undo2 } from "lucide-react";
import type { ReactNode } from "react";
import { stepTitle } from "@/components/canvas/canvas-model";
import { kindIcons } from "@/components/canvas/step-kind";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { Field } from "@/components/ui/field";
import { Tabs, TabsContent, TabsList, TabsTrigger } from "@/components/ui/tabs";
import { Textarea } from "@/components/ui/textarea";
import { Tooltip } from "@/components/ui/tooltip";
import type { ReactionDocument } from "@/engine/definition/document";
import { cardOf, type InspectorTab, reactionTabOf, reactionTabs } from "../../document/problems";
import { useDesigner } from "../../state/designer-context";
import { useEdits } from "../../state/use-edits";
import { ClassChoice } from "../class-choice";
import { PanelHeader, Part } from "../panel-header";
import { RetryFields } from "../retry-fields";
import { StepProblems } from "../step-problems";
import { ReactionForm } from "./reaction-form";
import { ReactionNames } from "./reaction-names";
import { useFollowedIds } from "./use-followed-ids";
import { useReactionCommand } from "./use-reaction-command";

const labels: Readonly<Record<string, string>> = {
  step: "Reaction",
  compensation: "Undo",
  reliability: "Delivery",
  notes: "Notes",
};

/** One card of a choreography as a form: what it does, what undoes that, how its command is handed over. */
export function ReactionInspector({ reaction }: { reaction: ReactionDocument }) {
  const { document, tab: wanted, setTab, readOnly, problems } = useDesigner();
  const edits = useEdits();
  const tab = reactionTabs.includes(wanted) ? wanted : "step";
  const own = problems.filter((problem) => cardOf(document, problem) === reaction.id);
  const inTab = (of: InspectorTab) => own.filter((problem) => reactionTabOf(document, problem) === of);
  const undoes = (document.reactions ?? []).filter((one) => one.undoes === reaction.id);
  const followNames = useFollowedIds();
  return (
    <>
      <PanelHeader
        icon={kindIcons.reaction}
        title={stepTitle(reaction)}
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
          {reactionTabs.map((value) => (
            <TabsTrigger key={value} value={value} {...(inTab(value).length > 0 ? { count: inTab(value).length } : {})}>
              {labels[value]}
            </TabsTrigger>
          ))}
        </TabsList>
        <TabsContent
          value={tab}
          className="flex flex-col gap-4 overflow-y-auto p-4"
          tabIndex={-1}
          onBlur={() => followNames([reaction, ...undoes].map(({ id }) => id))}
        >
          <StepProblems problems={inTab(tab)} />
          {tab === "step" && (
            <>
              <ReactionNames reaction={reaction} />
              <ReactionForm reaction={reaction} />
              {reaction.undoes === undefined && <ReactionClass reaction={reaction} />}
            </>
          )}
          {tab === "compensation" && <Undoes reaction={reaction} undoes={undoes} />}
          {tab === "reliability" && <Delivery reaction={reaction} undoes={undoes} />}
          {tab === "notes" && <ReactionNotes reaction={reaction} />}
        </TabsContent>
      </Tabs>
    </>
  );
}

/** What undoes it: usually one, for one or several events. */
function Undoes({ reaction, undoes }: { reaction: ReactionDocument; undoes: readonly ReactionDocument[] }) {
  const { readOnly, change } = useDesigner();
  const edits = useEdits();
  const add = !readOnly && (
    <Button variant={undoes.length === 0 ? "primary" : "secondary"} onClick={() => edits.addUndo(reaction.id)}>
      <Plus aria-hidden /> {undoes.length === 0 ? "Add an undo" : "Another undo"}
    </Button>
  );
  if (undoes.length === 0)
    return (
      <EmptyState icon={Undo2} title="Nothing undoes it" className="px-2 py-10" action={add}>
        {reaction.emit === undefined
          ? "When the run fails, what it did would stay. Say what undoes it, and on which event."
          : "An event that was said cannot be taken back; another one can follow it."}
      </EmptyState>
    );
  return (
    <>
      {undoes.map((undo) => (
        <Part
          key={undo.id}
          title={stepTitle(undo)}
          aside={
            !readOnly && (
              <Button
                variant="ghost"
                size="icon-sm"
                aria-label={`Remove ${stepTitle(undo)}`}
                onClick={() => change({ type: "delete", steps: [undo.id], edges: [] })}
              >
                <Trash2 aria-hidden />
              </Button>
            )
          }
        >
          <ReactionNames reaction={undo} />
          <ReactionForm reaction={undo} />
        </Part>
      ))}
      {add}
    </>
  );
}

function Delivery({ reaction, undoes }: { reaction: ReactionDocument; undoes: readonly ReactionDocument[] }) {
  const { document } = useDesigner();
  const sending = [reaction, ...undoes].filter((one) => one.send !== undefined);
  if (document.mode === "observe")
    return <Quiet>Nothing is sent from here: the services of an observed choreography act by themselves.</Quiet>;
  if (sending.length === 0) return <Quiet>It says an event and sends no command.</Quiet>;
  return (
    <>
      {sending.map((one) => (
        <Part key={one.id} title={stepTitle(one)}>
          <ReactionRetry reaction={one} />
        </Part>
      ))}
    </>
  );
}

function ReactionRetry({ reaction }: { reaction: ReactionDocument }) {
  const part = reaction.undoes === undefined ? "action" : "compensation";
  return <RetryFields command={useReactionCommand(reaction)} part={part} then="then ask a person" />;
}

const Quiet = ({ children }: { children: ReactNode }) => <p className="text-ink-2 text-sm">{children}</p>;

const classes = [
  { value: "compensable", label: "Compensable" },
  { value: "readonly", label: "Read-only" },
  { value: "irreversible", label: "Irreversible" },
] as const;

const meanings = {
  compensable: "A reaction undoes it.",
  readonly: "It changes nothing, so there is nothing to undo.",
  irreversible: "It has an effect that no undo exists for, and that is accepted.",
} as const;

function ReactionClass({ reaction }: { reaction: ReactionDocument }) {
  const { change } = useDesigner();
  return (
    <ClassChoice
      id={reaction.id}
      written={reaction.class}
      options={classes}
      meanings={meanings}
      onChange={(value) => change({ type: "set-reaction", reaction: reaction.id, field: "class", value })}
    />
  );
}

function ReactionNotes({ reaction }: { reaction: ReactionDocument }) {
  const { change } = useDesigner();
  return (
    <Field label="Notes" hint="For the reader of the definition; runs ignore them.">
      <Textarea
        rows={12}
        maxLength={4000}
        value={reaction.notes ?? ""}
        placeholder="Which team owns the service, what to look at when the event does not come"
        onChange={(event) =>
          change(
            { type: "set-reaction", reaction: reaction.id, field: "notes", value: event.target.value || undefined },
            `notes ${reaction.id}`,
          )
        }
      />
    </Field>
  );
}
