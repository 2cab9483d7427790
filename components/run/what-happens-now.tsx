import { StatusIcon } from "@/components/ui/status-badge";
import { isEnded } from "@/engine/run/state";
import type { Moment } from "./moment";
import { nextThings } from "./next-things";

/** What the run is doing, step by step, in the order in which it does it. */
export function WhatHappensNow({ moment, onSelect }: { moment: Moment; onSelect: (step: string) => void }) {
  const things = nextThings(moment.saga, moment.state, moment.now);
  const heading = isEnded(moment.state) ? "What happened" : "What happens now";
  return (
    <section aria-label={heading} className="flex flex-col gap-2 border-b p-4">
      <h2 className="font-semibold text-sm">{heading}</h2>
      {things.length === 0 && <p className="text-ink-2 text-sm">{quietWords(moment)}</p>}
      <ul className="flex flex-col gap-1.5">
        {things.map((thing) => (
          <li key={thing.key} className="flex items-baseline justify-between gap-3 text-sm">
            <button
              type="button"
              disabled={thing.step === null}
              onClick={() => thing.step && onSelect(thing.step)}
              className="flex min-w-0 items-baseline gap-2 rounded-sm text-left enabled:hover:underline"
            >
              <StatusIcon look={thing.look} className="translate-y-0.5" />
              <span className="min-w-0 break-words">{thing.text}</span>
            </button>
            {thing.aside && <span className="shrink-0 text-ink-2 text-xs tabular-nums">{thing.aside}</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}

function quietWords({ state }: Moment): string {
  if (state.state === "completed") return "Every step that was due completed.";
  if (state.state === "failed") return "The run ended without undoing anything.";
  return state.paused ? "Nothing is sent until the run is resumed." : "Nothing is under way.";
}
