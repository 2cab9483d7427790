"use client";
import { useQuery } from "@tanstack/react-query";
import { useCallback, useMemo, useState } from "react";
import { meQuery } from "@/components/api/me";
import { runQuery } from "@/components/api/runs";
import { toCanvasModel } from "@/components/canvas/canvas-model";
import { SagaCanvas } from "@/components/canvas/saga-canvas";
import { takenEdges } from "@/components/canvas/taken-edges";
import { shortId } from "@/components/ui/format";
import { useNow } from "@/components/ui/use-now";
import type { SagaDocument } from "@/engine/definition/document";
import type { Saga } from "@/engine/definition/saga";
import { isEnded, type RunState } from "@/engine/run/state";
import type { LogEntry } from "@/engine/run/transition";
import { BrokerNotice } from "./broker-notice";
import { choreographyWords } from "./choreography-words";
import { type ChoreographyWords, eventWords, isTermination } from "./event-words";
import type { Moment } from "./moment";
import { type Asker, offersOf, underParent } from "./offers";
import { type AskedOperation, OperationSheet } from "./operation-sheet";
import { RunDock } from "./run-dock";
import { RunHeader } from "./run-header";
import { RunInspector } from "./run-inspector";
import type { Selection } from "./selection";
import { useHistory } from "./use-history";
import { useReplay } from "./use-replay";

type RunStageProps = {
  saga: Saga;
  document: SagaDocument;
  entries: readonly LogEntry[];
  initial?: Selection | null;
};

/** A run on stage: the same canvas, inspector and dock for its present and for any moment of its past. */
export function RunStage({ saga, document, entries, initial = null }: RunStageProps) {
  const history = useHistory(saga, entries);
  const replay = useReplay(entries);
  const clock = useNow();
  const me = useQuery(meQuery).data;
  const [selection, setSelection] = useState<Selection | null>(initial);
  const [asked, setAsked] = useState<AskedOperation | null>(null);
  const present = history.stateAt(entries.length) as RunState;
  const state = history.stateAt(replay.count) as RunState;
  const shown = useMemo(() => entries.slice(0, replay.count), [entries, replay.count]);
  const taken = useMemo(() => takenEdges(shown), [shown]);
  const asker = useMemo<Asker>(() => ({ role: me?.role ?? "viewer", email: me?.email ?? null }), [me]);
  const parent = useLiveParent(present);
  const offers = useMemo(() => {
    const own = offersOf(saga, present, asker);
    return parent === null ? own : underParent(own, parent);
  }, [saga, present, asker, parent]);
  const titles = useMemo(() => toCanvasModel(document).stepOf, [document]);
  const titleOf = useCallback((id: string) => titles.get(id)?.title ?? id, [titles]);
  const choreography = useMemo(() => choreographyWords(saga, present), [saga, present]);
  const ended = isEnded(present);
  const now = replay.replaying || ended ? (shown.at(-1)?.at ?? clock) : Math.max(clock, present.updatedAt);
  const moment: Moment = { saga, document, state, entries: shown, now, replaying: replay.replaying };
  const picked = useMemo(() => (selection ? [selection.step] : []), [selection]);
  const pick = useCallback((ids: readonly string[]) => setSelection(ids.length === 0 ? null : onStep(ids)), []);
  return (
    <div className="flex h-full min-h-0 flex-col">
      <RunHeader
        document={document}
        state={present}
        offers={offers}
        onOperate={(operation) => setAsked({ operation, step: null, item: null })}
      />
      <BrokerNotice state={present} />
      <div className="flex min-h-0 flex-1 max-md:flex-col max-md:overflow-y-auto">
        <div className="flex min-w-0 flex-1 flex-col max-md:flex-none">
          <div className="min-h-0 flex-1 max-md:h-[40dvh] max-md:flex-none">
            <SagaCanvas
              document={document}
              state={state}
              taken={taken}
              selected={picked}
              onSelect={pick}
              label={`Graph of ${saga.type}`}
            />
          </div>
          <RunDock
            moment={moment}
            entries={entries}
            replay={replay}
            ended={ended}
            selection={selection}
            onSelect={setSelection}
            wordsOf={(entry) => wordsOf(entry, titleOf, choreography)}
          />
        </div>
        <RunInspector
          moment={moment}
          present={present}
          selection={selection}
          onSelect={setSelection}
          offers={offers}
          asker={asker}
          onOperate={(operation, on) => setAsked({ operation, ...on })}
        />
      </div>
      <OperationSheet
        asked={asked}
        onClose={() => setAsked(null)}
        saga={saga}
        state={present}
        offer={asked && offers[asked.operation]}
        asker={asker}
        titleOf={titleOf}
      />
    </div>
  );
}

/** The run whose step this one is, by its key, while that has not ended; null: there is none. */
function useLiveParent({ parent }: RunState): string | null {
  const run = useQuery({ ...runQuery(parent?.run ?? ""), enabled: parent !== null }).data;
  return run && run.endedAt === null ? `${run.saga} ${run.businessKey ?? shortId(run.id)}` : null;
}

const onStep = (ids: readonly string[]): Selection => ({ step: ids.at(-1) ?? "", item: null });

const wordsOf = (entry: LogEntry, titleOf: (step: string) => string, choreography: ChoreographyWords | null) =>
  entry.transitions
    .map((t) => eventWords(t, { titleOf, at: entry.at, terminated: isTermination(entry), choreography }).what)
    .join(", ");
