"use client";
import { useCallback, useMemo, useState } from "react";
import { toCanvasModel } from "@/components/canvas/canvas-model";
import { SagaCanvas } from "@/components/canvas/saga-canvas";
import { takenEdges } from "@/components/canvas/taken-edges";
import { useNow } from "@/components/ui/use-now";
import type { SagaDocument } from "@/engine/definition/document";
import type { Saga } from "@/engine/definition/saga";
import type { OperationName } from "@/engine/run/event";
import { isEnded, type RunState } from "@/engine/run/state";
import type { LogEntry } from "@/engine/run/transition";
import { eventWords, isTermination } from "./event-words";
import type { Moment } from "./moment";
import { offersOf } from "./offers";
import { type AskedOperation, OperationSheet } from "./operation-sheet";
import { RunDock } from "./run-dock";
import { RunHeader } from "./run-header";
import { RunInspector } from "./run-inspector";
import { useHistory } from "./use-history";
import { useReplay } from "./use-replay";

type RunStageProps = { saga: Saga; document: SagaDocument; entries: readonly LogEntry[]; initialStep?: string | null };

/** A run on stage: the same canvas, inspector and dock for its present and for any moment of its past. */
export function RunStage({ saga, document, entries, initialStep = null }: RunStageProps) {
  const history = useHistory(saga, entries);
  const replay = useReplay(entries);
  const clock = useNow();
  const [selected, setSelected] = useState<string | null>(initialStep);
  const [asked, setAsked] = useState<AskedOperation | null>(null);
  const present = history.stateAt(entries.length) as RunState;
  const state = history.stateAt(replay.count) as RunState;
  const shown = useMemo(() => entries.slice(0, replay.count), [entries, replay.count]);
  const taken = useMemo(() => takenEdges(shown), [shown]);
  const offers = useMemo(() => offersOf(saga, present), [saga, present]);
  const titles = useMemo(() => toCanvasModel(document).stepOf, [document]);
  const titleOf = useCallback((id: string) => titles.get(id)?.title ?? id, [titles]);
  const ended = isEnded(present);
  const now = replay.replaying || ended ? (shown.at(-1)?.at ?? clock) : Math.max(clock, present.updatedAt);
  const moment: Moment = { saga, document, state, entries: shown, now, replaying: replay.replaying };
  const picked = useMemo(() => (selected ? [selected] : []), [selected]);
  const pick = useCallback((ids: readonly string[]) => setSelected(ids.at(-1) ?? null), []);
  const ask = (operation: OperationName, step: string | null = null) => setAsked({ operation, step });
  return (
    <div className="flex h-full min-h-0 flex-col">
      <RunHeader document={document} state={present} offers={offers} onOperate={(name) => ask(name)} />
      <div className="flex min-h-0 flex-1">
        <div className="flex min-w-0 flex-1 flex-col">
          <div className="min-h-0 flex-1">
            <SagaCanvas
              document={document}
              state={state}
              taken={taken}
              selected={picked}
              onSelect={pick}
              minimap={saga.steps.length > 40}
              label={`Graph of ${saga.type}`}
            />
          </div>
          <RunDock
            moment={moment}
            entries={entries}
            replay={replay}
            ended={ended}
            selected={selected}
            onSelect={setSelected}
            wordsOf={(entry) => wordsOf(entry, titleOf)}
          />
        </div>
        <RunInspector moment={moment} selected={selected} onSelect={setSelected} offers={offers} onOperate={ask} />
      </div>
      <OperationSheet
        asked={asked}
        onClose={() => setAsked(null)}
        saga={saga}
        state={present}
        offer={asked && offers[asked.operation]}
        titleOf={titleOf}
      />
    </div>
  );
}

const wordsOf = (entry: LogEntry, titleOf: (step: string) => string) =>
  entry.transitions
    .map((t) => eventWords(t, { titleOf, at: entry.at, terminated: isTermination(entry) }).what)
    .join(", ");
