"use client";
import { ChevronRight } from "lucide-react";
import { useState } from "react";
import { stepStatusLooks } from "@/components/canvas/status";
import { Button } from "@/components/ui/button";
import { plural } from "@/components/ui/format";
import { Segmented } from "@/components/ui/segmented";
import { StatusIcon } from "@/components/ui/status-badge";
import { Tabs, TabsContent, TabsList, TabsTrigger } from "@/components/ui/tabs";
import type { ItemState } from "@/engine/run/state";
import { itemCount } from "../item-counts";
import { itemTitle } from "../item-title";
import { Quiet } from "../quiet";
import { ResultOf } from "../work-tabs";
import type { KindBodyProps } from "./kind-body";

const filters = [
  { value: "all", label: "All" },
  { value: "failed", label: "Failed" },
  { value: "open", label: "Under way" },
] as const;
type Filter = (typeof filters)[number]["value"];

/** So many rows at a time: a list may have a thousand items. */
const PAGE = 50;

/** A forEach: its items, each with its own state, attempts, answer and undo; a row leads to all of one. */
export function ItemsBody({ spec, step, onSelect }: KindBodyProps) {
  const [filter, setFilter] = useState<Filter>("all");
  const [shown, setShown] = useState(PAGE);
  const items = (step.items ?? []).map((work, item) => ({ work, item })).filter(({ work }) => fits(work, filter));
  return (
    <Tabs defaultValue="items" className="border-b">
      <TabsList aria-label={`About ${spec.title}`} aside={<Count text={itemCount(step)} />}>
        <TabsTrigger value="items">Items</TabsTrigger>
        <TabsTrigger value="result">Result</TabsTrigger>
      </TabsList>
      <TabsContent value="items" className="flex flex-col gap-3 p-4">
        {step.items === null ? (
          <Quiet>{step.status === "completed" ? "The list was empty." : "Its list is made when it starts."}</Quiet>
        ) : (
          <>
            <Segmented aria-label="Which items" value={filter} onValueChange={setFilter} options={filters} />
            {items.length === 0 && <Quiet>None of them.</Quiet>}
            <ul aria-label="Items" className="-mx-2 flex flex-col">
              {items.slice(0, shown).map(({ work, item }) => (
                <li key={item}>
                  <ItemRow work={work} item={item} onOpen={() => onSelect(spec.id, item)} />
                </li>
              ))}
            </ul>
            {items.length > shown && (
              <Button size="sm" className="self-start" onClick={() => setShown(shown + PAGE)}>
                Show {plural(Math.min(PAGE, items.length - shown), "more item")}
              </Button>
            )}
          </>
        )}
      </TabsContent>
      <TabsContent value="result" className="p-4">
        <ResultOf work={step} />
      </TabsContent>
    </Tabs>
  );
}

const Count = ({ text }: { text: string | null }) => <span className="text-ink-3 text-xs tabular-nums">{text}</span>;

function fits({ status }: ItemState, filter: Filter): boolean {
  if (filter === "failed") return status === "failed" || status === "compensation_failed";
  return filter === "all" || status === "executing" || status === "compensating";
}

function ItemRow({ work, item, onOpen }: { work: ItemState; item: number; onOpen: () => void }) {
  const look = stepStatusLooks[work.status];
  const back = work.status.startsWith("compensat");
  const error = back ? work.undo.error : work.action.error;
  const attempts = back ? work.undo.attempt : work.action.attempt;
  const failed = work.status === "failed" || work.status === "compensation_failed";
  return (
    <button
      type="button"
      onClick={onOpen}
      className="grid w-full grid-cols-[auto_1fr_auto_auto] items-center gap-x-2 rounded-md px-2 py-1.5 text-left text-sm hover:bg-hover focus-visible:-outline-offset-2"
    >
      <StatusIcon look={look} />
      <span className="min-w-0 truncate">{itemTitle(work.value, item)}</span>
      <span className="text-ink-2 text-xs">
        {look.word}
        {attempts > 1 && <span className="text-ink-3"> · {plural(attempts, "attempt")}</span>}
      </span>
      <ChevronRight aria-hidden className="size-3.5 text-ink-3" />
      {failed && error && (
        <span className="col-span-3 col-start-2 truncate text-ink-2 text-xs" title={error.message}>
          <span className="font-mono">{error.code}</span> {error.message}
        </span>
      )}
    </button>
  );
}
