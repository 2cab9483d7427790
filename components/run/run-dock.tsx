"use client";
import { Dock } from "@/components/ui/dock";
import { Tabs, TabsContent, TabsList, TabsTrigger } from "@/components/ui/tabs";
import { useStored } from "@/components/ui/use-stored";
import type { LogEntry } from "@/engine/run/transition";
import { DataTab } from "./data-tab";
import { EventsTab } from "./events-tab";
import { HeardTab } from "./heard-tab";
import type { Moment } from "./moment";
import { Scrubber } from "./scrubber";
import type { Selection } from "./selection";
import { TimelineLegend } from "./timeline-bar";
import { TimelineTab } from "./timeline-tab";
import type { Replay } from "./use-replay";

type RunDockProps = {
  moment: Moment;
  /** The whole log, of which the moment shows a beginning. */
  entries: readonly LogEntry[];
  replay: Replay;
  ended: boolean;
  selection: Selection | null;
  onSelect: (selection: Selection) => void;
  wordsOf: (entry: LogEntry) => string;
};

const countEvents = (entries: readonly LogEntry[]) =>
  entries.reduce((sum, { transitions }) => sum + transitions.length, 0);

/** What happened, three ways, under a scrubber that moves all of them. */
export function RunDock({ moment, entries, replay, ended, selection, onSelect, wordsOf }: RunDockProps) {
  const [stored, setTab] = useStored("run.tab", "timeline");
  const heard = moment.state.choreography?.heard;
  const tab = stored === "heard" && !heard ? "events" : stored;
  const seek = (seq: number) => {
    const index = entries.findIndex((entry) => entry.seq === seq);
    if (index >= 0) replay.seek(index + 1);
  };
  return (
    <Dock name="Log of the run" initial={296} min={150}>
      <Scrubber entries={entries} replay={replay} ended={ended} wordsOf={wordsOf} />
      <Tabs value={tab} onValueChange={setTab} className="min-h-0 flex-1">
        <TabsList aria-label="Log of the run" aside={tab === "timeline" && <TimelineLegend />}>
          <TabsTrigger value="timeline">Timeline</TabsTrigger>
          {heard && (
            <TabsTrigger value="heard" count={heard.length}>
              Heard
            </TabsTrigger>
          )}
          <TabsTrigger value="events" count={countEvents(moment.entries)}>
            {heard ? "Log" : "Events"}
          </TabsTrigger>
          <TabsTrigger value="data">Data</TabsTrigger>
        </TabsList>
        <TabsContent value="timeline">
          <TimelineTab moment={moment} selection={selection} onSelect={onSelect} />
        </TabsContent>
        {heard && (
          <TabsContent value="heard">
            <HeardTab moment={moment} onSeek={seek} onSelect={onSelect} />
          </TabsContent>
        )}
        <TabsContent value="events">
          <EventsTab moment={moment} onSeek={seek} onSelect={onSelect} />
        </TabsContent>
        <TabsContent value="data">
          <DataTab moment={moment} />
        </TabsContent>
      </Tabs>
    </Dock>
  );
}
