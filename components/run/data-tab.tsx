import { titlesOf } from "@/components/canvas/canvas-model";
import { CodeBlock } from "@/components/ui/code-block";
import { formatDateTime } from "@/components/ui/format";
import type { Moment } from "./moment";

/** What the run was started with, what its steps answered, and the signals that no step has taken yet. */
export function DataTab({ moment }: { moment: Moment }) {
  const { state, document } = moment;
  const titles = titlesOf(document);
  const results = state.steps.filter((step) => step.result !== null);
  return (
    <div className="grid h-full grid-cols-2 gap-4 overflow-y-auto p-4 max-md:grid-cols-1">
      <section aria-label="Data" className="flex min-w-0 flex-col gap-2">
        <h2 className="font-semibold text-sm">Data of the run</h2>
        <CodeBlock label="Data of the run" value={state.data} maxHeight={2000} />
        {state.signals.length > 0 && (
          <>
            <h2 className="mt-2 font-semibold text-sm">Signals kept</h2>
            <p className="text-ink-2 text-sm">They have come, and no step has taken them yet.</p>
            {state.signals.map(({ id, signal, at, data }) => (
              <details key={id} className="min-w-0">
                <summary className="rounded-sm py-1 text-sm">
                  <span className="font-mono text-xs">{signal}</span>{" "}
                  <span className="text-ink-3 text-xs">{formatDateTime(at)}</span>
                </summary>
                <CodeBlock label={`Data of ${signal}`} value={data} maxHeight={240} />
              </details>
            ))}
          </>
        )}
      </section>
      <section aria-label="Results" className="flex min-w-0 flex-col gap-2">
        <h2 className="font-semibold text-sm">Results</h2>
        {results.length === 0 && <p className="text-ink-2 text-sm">No step has answered yet.</p>}
        {results.map((step) => (
          <details key={step.id} open={results.length <= 6} className="min-w-0">
            <summary className="rounded-sm py-1 text-sm">{titles.get(step.id) ?? step.id}</summary>
            <CodeBlock label={`Result of ${titles.get(step.id) ?? step.id}`} value={step.result} maxHeight={240} />
          </details>
        ))}
      </section>
    </div>
  );
}
