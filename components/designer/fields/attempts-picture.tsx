import { formatDuration } from "@/components/ui/format";
import type { RetryPolicy } from "@/engine/definition/saga";
import { attemptTimes } from "../document/attempt-times";

const SHOWN = 5;

/** A retry policy as a row of attempts with the waits between them. */
export function AttemptsPicture({ policy, then }: { policy: RetryPolicy; then: string }) {
  const times = attemptTimes(policy);
  const last = times.at(-1) ?? 0;
  const shown = times.length <= SHOWN ? times : [...times.slice(0, SHOWN - 1), last];
  const words =
    times.length === 1 ? "tried once" : `${times.length} attempts, gives up after about ${formatDuration(last)}`;
  return (
    <figure className="flex flex-col gap-1.5">
      <figcaption className="flex justify-between text-xs">
        <span className="font-medium text-ink-2">Attempts</span>
        <span className="text-ink-3">{words}</span>
      </figcaption>
      <div aria-hidden className="flex items-center rounded-md border border-dashed px-2 py-2 text-ink-3 text-xs">
        {shown.map((time, index) => {
          const skipped = index === SHOWN - 1 && times.length > SHOWN;
          const wait = time - (shown[index - 1] ?? 0);
          return (
            <div key={time} className="contents">
              {index > 0 && (
                <span
                  className="flex min-w-6 flex-1 flex-col items-center"
                  style={{ flexGrow: Math.log2(2 + wait / 1_000) }}
                >
                  <span className="leading-4">{skipped ? "…" : formatDuration(wait)}</span>
                  <span className="h-px w-full bg-line-strong" />
                </span>
              )}
              <span className="grid h-5 min-w-5 place-items-center rounded-sm border border-ink-3 px-1 font-semibold text-ink-2">
                {skipped ? times.length : index + 1}
              </span>
            </div>
          );
        })}
        <span className="pl-2">{then}</span>
      </div>
    </figure>
  );
}
