import { spanWords } from "@/components/canvas/when-words";
import type { RetryPolicy } from "@/engine/definition/saga";
import { attemptTimes } from "../document/attempt-times";

const SHOWN = 5;

/** A retry policy as a row of attempts with the waits between them. */
export function AttemptsPicture({ policy, then }: { policy: RetryPolicy; then: string }) {
  const times = attemptTimes(policy);
  const last = times.at(-1) ?? 0;
  const shown = times.length <= SHOWN ? times : [...times.slice(0, SHOWN - 1), last];
  const words = times.length === 1 ? "tried once" : `${times.length} attempts, gives up after about ${spanWords(last)}`;
  return (
    <figure className="flex flex-col gap-1.5">
      <figcaption className="flex justify-between text-xs">
        <span className="font-medium text-ink-2">Attempts</span>
        <span className="text-ink-3">{words}</span>
      </figcaption>
      <div aria-hidden className="flex items-end rounded-md border border-dashed px-2 pt-5 pb-2 text-ink-3 text-xs">
        {shown.map((time, index) => {
          const skipped = index === SHOWN - 1 && times.length > SHOWN;
          return (
            <div key={time} className="contents">
              {index > 0 && <Wait ms={skipped ? null : time - (shown[index - 1] ?? 0)} />}
              <span className="grid h-5 min-w-5 place-items-center rounded-sm border border-ink-3 px-1 font-semibold text-ink-2">
                {skipped ? times.length : index + 1}
              </span>
            </div>
          );
        })}
        <span className="whitespace-nowrap pl-2 leading-5">{then}</span>
      </div>
    </figure>
  );
}

/** The line between two attempts, longer for a longer wait. */
function Wait({ ms }: { ms: number | null }) {
  return (
    <span
      className="relative mb-2.5 h-px min-w-8 bg-line-strong"
      style={{ flexGrow: ms === null ? 1 : Math.log2(2 + ms / 1_000), flexBasis: 0 }}
    >
      <span className="-translate-x-1/2 absolute bottom-1.5 left-1/2 whitespace-nowrap">
        {ms === null ? "…" : spanWords(ms)}
      </span>
    </span>
  );
}
