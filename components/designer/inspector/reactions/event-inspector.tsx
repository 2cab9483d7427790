"use client";
import { MoveRight, Trash2, Zap } from "lucide-react";
import { type CanvasEdge, stepTitle, type Terminal, titlesOf } from "@/components/canvas/canvas-model";
import { terminalId } from "@/components/canvas/choreography-model";
import { terminalFaces } from "@/components/canvas/terminal-words";
import { Button } from "@/components/ui/button";
import { eventType } from "@/engine/choreography/document";
import { bringsAbout, reactsTo } from "@/engine/choreography/events";
import type { ReactionDocument } from "@/engine/definition/document";
import { NameField } from "../../fields/name-field";
import { useDesigner } from "../../state/designer-context";
import { useEdits } from "../../state/use-edits";
import { PanelHeader, Part } from "../panel-header";

/** The events that lead from one card to another. */
export function EventEdgeInspector({ edge }: { edge: CanvasEdge }) {
  const { document, readOnly } = useDesigner();
  const edits = useEdits();
  const titles = titlesOf(document);
  const nameOf = (id: string) => titles.get(id) ?? id.slice(terminalId("").length);
  return (
    <>
      <PanelHeader icon={MoveRight} title={`${nameOf(edge.source)} → ${nameOf(edge.target)}`} />
      <div className="flex flex-col gap-5 overflow-y-auto p-4">
        {edge.undo && (
          <p className="text-ink-2 text-sm">
            {edge.events.length === 1 ? "This event sets" : "Each of these events sets"} off the undo of{" "}
            {nameOf(edge.target)}.
          </p>
        )}
        {edge.events.map(({ type }) => (
          <EventPart key={type} type={type} />
        ))}
        {!readOnly && (
          <Button variant="danger" className="self-start" onClick={edits.remove}>
            <Trash2 aria-hidden /> Part them
          </Button>
        )}
      </div>
    </>
  );
}

/** An event that begins or ends a run, or comes from outside. */
export function TerminalInspector({ terminal }: { terminal: Terminal }) {
  const { event, role } = terminal;
  return (
    <>
      <PanelHeader icon={terminalFaces[role].icon} title={event} />
      <div className="flex flex-col gap-5 overflow-y-auto p-4">
        <p className="text-ink-2 text-sm">{meanings[role]}</p>
        <EventPart type={event} />
      </div>
    </>
  );
}

const meanings: Readonly<Record<Terminal["role"], string>> = {
  start: "The event that begins a run. Its data are the run's data.",
  completed: "The event that ends a run well.",
  failed: "The event that ends a run failed, once what is owed an undo was undone.",
  outside: "Nothing in this choreography brings it about: it comes from outside.",
};

/** One event: its name, who brings it about, and who reacts. */
function EventPart({ type }: { type: string }) {
  const { document, change, select } = useDesigner();
  const { reactions = [] } = document;
  const isTerminal =
    document.starts === type || [...(document.ends?.completed ?? []), ...(document.ends?.failed ?? [])].includes(type);
  return (
    <Part title="Event">
      <NameField
        label="Name"
        value={type}
        maxLength={200}
        hint="It follows everywhere: reactions, ends and expressions."
        check={(name) =>
          eventType.safeParse(name).success
            ? null
            : "A letter, then letters, digits, dots, - or _, such as OrderCreated."
        }
        onChange={(to) => {
          change({ type: "rename-event", from: type, to });
          select(isTerminal ? [terminalId(to)] : []);
        }}
      />
      <Reactions title="Brought about by" of={reactions.filter((one) => bringsAbout(one).includes(type))} />
      <Reactions title="Reacted to by" of={reactions.filter((one) => reactsTo(one).includes(type))} />
    </Part>
  );
}

function Reactions({ title, of }: { title: string; of: readonly ReactionDocument[] }) {
  const { select, setTab, canvas } = useDesigner();
  return (
    <div className="flex flex-col gap-1">
      <h4 className="font-medium text-ink-2 text-xs">{title}</h4>
      {of.length === 0 ? (
        <p className="text-ink-3 text-sm">nobody in this choreography</p>
      ) : (
        <ul>
          {of.map((reaction) => (
            <li key={reaction.id}>
              <button
                type="button"
                onClick={() => {
                  const card = reaction.undoes ?? reaction.id;
                  select([card]);
                  setTab(reaction.undoes === undefined ? "step" : "compensation");
                  canvas.current?.focusStep(card);
                }}
                className="flex w-full items-center gap-2 rounded-sm px-1 py-1 text-left text-sm hover:bg-hover"
              >
                <Zap aria-hidden className="size-3.5 shrink-0 text-ink-3" />
                <span className="min-w-0 truncate">{stepTitle(reaction)}</span>
                {reaction.undoes !== undefined && (
                  <span className="shrink-0 text-ink-3 text-xs">undoes {reaction.undoes}</span>
                )}
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
