"use client";
import { useQuery } from "@tanstack/react-query";
import { Search } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { runCountsQuery } from "@/components/api/runs";
import { sagasQuery } from "@/components/api/sagas";
import { runStateLooks, stateLooks } from "@/components/canvas/status";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { DropdownMenuCheckboxItem, DropdownMenuRadioGroup, DropdownMenuRadioItem } from "@/components/ui/dropdown-menu";
import { formatCount } from "@/components/ui/format";
import { Input } from "@/components/ui/input";
import { StatusIcon } from "@/components/ui/status-badge";
import { runLifecycle } from "@/contract/runs";
import { FilterChip } from "./filter-chip";
import type { useRunFilter } from "./use-run-filter";

const TYPING_MS = 250;

type RunFiltersProps = Omit<ReturnType<typeof useRunFilter>, "filter"> & { children?: ReactNode };

/** The filters as chips; each choice goes to the address. `children` sit at the right end. */
export function RunFilters({ active, values, set, children }: RunFiltersProps) {
  const counts = useQuery(runCountsQuery).data;
  const sagas = useQuery(sagasQuery).data ?? [];
  const states = values.state ?? [];
  return (
    <search className="flex min-h-11 flex-wrap items-center gap-2 border-b bg-panel px-4 py-2">
      <SearchBox value={values.q ?? ""} onChange={(q) => void set({ q: q || null })} />
      <FilterChip
        label="State"
        value={states.length ? states.map((state) => runStateLooks[state].word).join(", ") : undefined}
        onClear={() => void set({ state: null })}
      >
        {runLifecycle.options.map((state) => (
          <DropdownMenuCheckboxItem
            key={state}
            checked={states.includes(state)}
            onCheckedChange={(on) => {
              const next = on ? [...states, state] : states.filter((other) => other !== state);
              void set({ state: next.length ? next : null });
            }}
          >
            <StatusIcon look={runStateLooks[state]} />
            {runStateLooks[state].word}
            <span className="ml-auto pl-4 text-ink-3 text-xs">{counts && formatCount(counts.byState[state])}</span>
          </DropdownMenuCheckboxItem>
        ))}
      </FilterChip>
      <FilterChip label="Saga" value={values.saga ?? undefined} onClear={() => void set({ saga: null })}>
        <DropdownMenuRadioGroup value={values.saga ?? ""} onValueChange={(saga) => void set({ saga })}>
          {sagas.map((saga) => (
            <DropdownMenuRadioItem key={saga.type} value={saga.type}>
              {saga.type}
            </DropdownMenuRadioItem>
          ))}
        </DropdownMenuRadioGroup>
      </FilterChip>
      <Button
        size="sm"
        aria-pressed={Boolean(values.attention)}
        onClick={() => void set({ attention: values.attention ? null : true })}
        className={cn(values.attention ? "bg-selected font-semibold" : "border-dashed text-ink-2")}
      >
        <StatusIcon look={stateLooks.attention} />
        Needs attention
        {counts ? <span className="text-ink-3">{formatCount(counts.attention)}</span> : null}
      </Button>
      {active && (
        <Button
          size="sm"
          variant="ghost"
          onClick={() => void set({ saga: null, state: null, attention: null, q: null })}
        >
          Clear all
        </Button>
      )}
      <div className="ml-auto" aria-live="polite">
        {children}
      </div>
    </search>
  );
}

/** Types freely, asks once the typing rests. */
function SearchBox({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const [text, setText] = useState(value);
  const [asked, setAsked] = useState(value);
  if (value !== asked) {
    setAsked(value);
    setText(value);
  }
  useEffect(() => {
    if (text === asked) return;
    const timer = setTimeout(() => {
      setAsked(text);
      onChange(text);
    }, TYPING_MS);
    return () => clearTimeout(timer);
  }, [text, asked, onChange]);
  return (
    <div className="relative w-72 max-w-full">
      <Search
        aria-hidden
        className="-translate-y-1/2 pointer-events-none absolute top-1/2 left-2 size-3.5 text-ink-3"
      />
      <Input
        type="search"
        aria-label="Search runs"
        placeholder="Business key, id or error"
        value={text}
        onChange={(event) => setText(event.target.value)}
        className="h-[26px] pl-7 text-xs"
      />
    </div>
  );
}
